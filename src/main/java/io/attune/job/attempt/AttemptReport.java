package io.attune.job.attempt;

import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import java.util.List;

/** A report that a worker records while an attempt runs. Blobs in a report are in the artifact store already. */
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

    /** The specification that the trainer got. */
    record Specification(String json) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.specification(this);
        }
    }

    /**
     * The trainer continues from the newest saved state of the job. Metrics and checkpoints of earlier attempts up
     * to that state become part of this attempt.
     *
     * @param news events about it
     */
    record Resumed(List<NewEvent> news) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.resumed(this);
        }
    }

    /**
     * A saved state cannot be used and is forgotten. The training continues from the state before it, or starts
     * from the beginning.
     *
     * @param problem without a full stop
     */
    record Refused(ResumeCheckpoint state, String problem) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.refused(this);
        }
    }

    /** The saved state of a training that continues. {@link Steps} has reported all steps up to this one. */
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

    /** Steps in their order, and the progress after them. */
    record Steps(List<Metric> steps, Progress progress) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.steps(this);
        }
    }

    /** The progress of the job. */
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
     * A checkpoint to publish. It replaces the checkpoint of an earlier attempt at the same step.
     *
     * @param model name under which the weights can be used
     */
    record Checkpoint(int step, String model, Blob artifact) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.checkpoint(this);
        }
    }

    /** The highest memory use of the trainer, in bytes; 0 if the trainer cannot measure it. */
    record PeakMemory(long bytes) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.peakMemory(this);
        }
    }

    /**
     * The output of the trainer. The worker reports it after the end of the attempt. It is ignored if the attempt
     * was lost.
     *
     * @param sha256 checksum of the text in the artifact store
     */
    record TrainerLog(String sha256) implements AttemptReport {
        @Override
        public void accept(Visitor visitor) {
            visitor.trainerLog(this);
        }
    }
}
