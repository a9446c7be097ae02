package io.attune.job.attempt;

import io.attune.estimate.Training;
import io.attune.job.Failure;
import io.attune.job.ValidationReport;
import io.attune.job.event.NewEvent;
import io.attune.setting.TrainingSettings;
import io.attune.storage.Blob;
import java.util.List;

/** How an attempt ends. Blobs that an end names are in the artifact store. */
public sealed interface AttemptEnd
        permits AttemptEnd.Validated,
                AttemptEnd.Rejected,
                AttemptEnd.Succeeded,
                AttemptEnd.Stopped,
                AttemptEnd.Released,
                AttemptFailure {

    void accept(Visitor visitor);

    /** One method for each kind of end. */
    interface Visitor {

        void validated(Validated end);

        void rejected(Rejected end);

        void succeeded(Succeeded end);

        void stopped(Stopped end);

        void released(Released end);

        void failed(AttemptFailure failure);
    }

    /**
     * The files are fine. The job waits to be trained, or to be resumed.
     *
     * @param resolved settings in which nothing is open
     * @param training what its memory is estimated from; null if it is not known: the job fits anywhere then
     * @param news what validation found, such as warnings
     */
    record Validated(TrainingSettings resolved, ValidationReport report, Training training, List<NewEvent> news)
            implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.validated(this);
        }
    }

    /** The files cannot be trained on. The job has failed for good. @param news what validation found */
    record Rejected(ValidationReport report, List<NewEvent> news, Failure failure) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.rejected(this);
        }
    }

    /**
     * The job has succeeded. Files, tuned model, last checkpoint, status and events become visible together.
     *
     * @param steps the last step
     * @param artifact the zip of the model folder
     * @param results the results CSV
     */
    record Succeeded(int steps, long trainedTokens, Blob artifact, Blob results) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.succeeded(this);
        }
    }

    /**
     * The trainer has stopped, or was killed, as asked. If nobody asks for it any more, the job goes on from what the
     * trainer leaves.
     *
     * @param step after which it has stopped; 0 if no step was finished
     * @param state after that step; null if there is none or it could not be saved
     */
    record Stopped(int step, Blob state) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.stopped(this);
        }
    }

    /**
     * The worker is being stopped, and its trainer has saved what it has. The job can be claimed at once, and goes on
     * from there; a job that is to be paused is paused instead.
     *
     * @param step as in {@link Stopped}
     * @param state as in {@link Stopped}
     */
    record Released(int step, Blob state) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.released(this);
        }
    }
}
