package io.attune.job.queue;

import io.attune.job.Failure;

/** What keeps an attempt from its end. The kind decides what becomes of the job; {@link AttemptFailures} does so. */
public sealed interface AttemptFailure {

    /** A sentence or more for people. */
    String sentence();

    /** Wrong with the job itself: it fails, as another try would. */
    record Fatal(Failure failure) implements AttemptFailure {

        public Fatal(String code, String sentence) {
            this(new Failure(code, sentence));
        }

        @Override
        public String sentence() {
            return failure.message();
        }
    }

    /**
     * Nothing is wrong with the job, but with what it needs around it: it is tried again for as long as that lasts, ever more seldom.
     *
     * @param code for programs
     */
    record Retryable(String code, String sentence) implements AttemptFailure {}

    /** The worker is being stopped, and the trainer had nothing to save, or took too long: another worker takes the job at once. */
    record Shutdown() implements AttemptFailure {

        @Override
        public String sentence() {
            return "The worker was stopped.";
        }
    }

    /** Nobody can tell whose fault it is, as where a process died without a word: it is tried again a few times. */
    record Crash(String sentence) implements AttemptFailure {}

    /** The device was too small: it is tried again with smaller micro-batches, until they cannot be smaller. */
    record OutOfMemory(String sentence) implements AttemptFailure {}
}
