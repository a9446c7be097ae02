package io.attune.job.attempt;

import io.attune.job.Failure;

/**
 * An end of an attempt by a failure. The kind of the failure decides what happens to the job. docs/job-states.md
 * has the table.
 */
public sealed interface AttemptFailure extends AttemptEnd {

    /** One or more sentences for people. */
    String sentence();

    void accept(Kinds kinds);

    @Override
    default void accept(Visitor visitor) {
        visitor.failed(this);
    }

    /** One method for each kind of failure. */
    interface Kinds {

        void fatal(Fatal failure);

        void retryable(Retryable failure);

        void shutdown(Shutdown failure);

        void crash(Crash failure);

        void outOfMemory(OutOfMemory failure);
    }

    /** The job itself is the cause. The job fails, because another try would fail too. */
    record Fatal(Failure failure) implements AttemptFailure {

        public Fatal(String code, String sentence) {
            this(new Failure(code, sentence));
        }

        @Override
        public String sentence() {
            return failure.message();
        }

        @Override
        public void accept(Kinds kinds) {
            kinds.fatal(this);
        }
    }

    /**
     * The job is not the cause: something that it needs is not available. The job is tried again until the problem is
     * over. The waits between the tries grow.
     *
     * @param code for programs
     */
    record Retryable(String code, String sentence) implements AttemptFailure {
        @Override
        public void accept(Kinds kinds) {
            kinds.retryable(this);
        }
    }

    /**
     * The worker is shutting down, and there is no saved state: the trainer had nothing to save, or saving took too
     * long. Another worker can claim the job at once.
     */
    record Shutdown() implements AttemptFailure {

        @Override
        public String sentence() {
            return "The worker was stopped.";
        }

        @Override
        public void accept(Kinds kinds) {
            kinds.shutdown(this);
        }
    }

    /**
     * The cause is not known, for example when a process died without a message. The job is tried again a few
     * times.
     */
    record Crash(String sentence) implements AttemptFailure {
        @Override
        public void accept(Kinds kinds) {
            kinds.crash(this);
        }
    }

    /**
     * The memory of the device was too small. The job is tried again with smaller micro-batches, down to the
     * smallest possible size.
     */
    record OutOfMemory(String sentence) implements AttemptFailure {
        @Override
        public void accept(Kinds kinds) {
            kinds.outOfMemory(this);
        }
    }
}
