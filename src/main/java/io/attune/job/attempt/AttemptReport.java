package io.attune.job.attempt;

import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import java.util.List;

/** What a worker records while an attempt runs. Blobs that a report names are in the artifact store. */
public sealed interface AttemptReport {

    void accept(Visitor visitor);

    /** One method for each kind of report. */
    interface Visitor {

        void specification(Specification report);

        void resumed(Resumed report);

        void refused(Refused report);

        void saved(Saved report);

        void events(Events report);

        void steps(Steps report);

        void progressed(Progressed report);

        void evaluated(Evaluated report);

        void checkpoint(Checkpoint report);

        void peakMemory(PeakMemory report);

        void trainerLog(TrainerLog report);
    }

    /** What the trainer was told to do. */
    record Specification(String json) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.specification(this);
        }
    }

    /**
     * The trainer goes on from the job's newest saved state. What earlier attempts have measured and published up to
     * there is this attempt's.
     *
     * @param news events that say so
     */
    record Resumed(List<NewEvent> news) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.resumed(this);
        }
    }

    /**
     * A saved state cannot be used, and is given up. The training goes on from the one before, or begins from the
     * start.
     *
     * @param problem without a full stop
     */
    record Refused(ResumeCheckpoint state, String problem) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.refused(this);
        }
    }

    /** The state of a training that goes on. {@link Steps} has reported all steps up to this one. */
    record Saved(int step, Blob state) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.saved(this);
        }
    }

    /** Events for people. */
    record Events(List<NewEvent> news) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.events(this);
        }
    }

    /** Steps, in their order, and how far the job is after them. */
    record Steps(List<Metric> steps, Progress progress) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.steps(this);
        }
    }

    /** How far the job is. */
    record Progressed(Progress progress) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.progressed(this);
        }
    }

    /** The loss on the validation rows after a step. */
    record Evaluated(int step, double loss, double tokenAccuracy) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.evaluated(this);
        }
    }

    /**
     * A checkpoint to be published. It takes the place of what an earlier attempt published for the same step.
     *
     * @param model name under which the weights can be used
     */
    record Checkpoint(int step, String model, Blob artifact) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.checkpoint(this);
        }
    }

    /** The most memory that the trainer took at any time, in bytes; 0 where it cannot tell. */
    record PeakMemory(long bytes) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.peakMemory(this);
        }
    }

    /**
     * What the trainer printed. It is reported after the end of the attempt, and counts unless the attempt was taken
     * back.
     *
     * @param sha256 of the text in the artifact store
     */
    record TrainerLog(String sha256) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.trainerLog(this);
        }
    }
}
