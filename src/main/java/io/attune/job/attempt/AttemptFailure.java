package io.attune.job.attempt;

import io.attune.job.Failure;

/** An end that nobody wanted. The kind decides what becomes of the job. docs/job-states.md has the table. */
public sealed interface AttemptFailure extends AttemptEnd {

    /** A sentence or more for people. */
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

    /** Something is wrong with the job itself. The job fails, as another try would. */
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
     * Nothing is wrong with the job, but with what it needs around it. The job is tried again for as long as that
     * lasts, ever more seldom.
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
     * The worker is being stopped, and the trainer had nothing to save, or took too long. Another worker takes the
     * job at once.
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
     * Nobody can tell whose fault it is, as where a process died without a word. The job is tried again a few times.
     */
    record Crash(String sentence) implements AttemptFailure {
        @Override
        public void accept(Kinds kinds) {
            kinds.crash(this);
        }
    }

    /** The device was too small. The job is tried again with smaller micro-batches, until they cannot be smaller. */
    record OutOfMemory(String sentence) implements AttemptFailure {
        @Override
        public void accept(Kinds kinds) {
            kinds.outOfMemory(this);
        }
    }
}
