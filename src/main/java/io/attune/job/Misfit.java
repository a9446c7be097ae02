package io.attune.job;

/**
 * Why no slot of the pool can take a job.
 *
 * @param sentence for people, ends with a full stop
 */
record Misfit(Reason reason, String sentence) {

    enum Reason {
        NO_WORKER,
        MODEL,
        DEVICE,
        MEMORY
    }

    /** @param remedy another one that says what would help, or null */
    String sentence(String remedy) {
        return remedy == null ? sentence : sentence + " " + remedy;
    }
}
