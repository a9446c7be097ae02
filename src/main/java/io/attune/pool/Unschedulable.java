package io.attune.pool;

/**
 * The reason why no slot of the pool can take a job.
 *
 * @param sentence for people, with a full stop
 */
record Unschedulable(Reason reason, String sentence) {

    enum Reason {
        NO_WORKER,
        MODEL,
        DEVICE,
        MEMORY
    }

    /** @param advice a sentence that says what would help, or null */
    String sentence(String advice) {
        return advice == null ? sentence : sentence + " " + advice;
    }
}
