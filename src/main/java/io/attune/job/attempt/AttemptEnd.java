package io.attune.job.attempt;

import io.attune.estimate.Training;
import io.attune.job.Failure;
import io.attune.job.ValidationReport;
import io.attune.job.event.NewEvent;
import io.attune.setting.TrainingSettings;
import io.attune.storage.Blob;
import java.util.List;

/** The end of an attempt. Blobs in an end are in the artifact store already. */
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
     * The files are valid. The job then waits for training, or for somebody to resume it.
     *
     * @param resolved settings in which every value is set
     * @param training values that the memory estimate is made from; null if they are not known, and then the job
     *     fits on every device
     * @param news events of the validation, such as warnings
     */
    record Validated(TrainingSettings resolved, ValidationReport report, Training training, List<NewEvent> news)
            implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.validated(this);
        }
    }

    /**
     * The files cannot be used for training. The job fails.
     *
     * @param news events of the validation
     */
    record Rejected(ValidationReport report, List<NewEvent> news, Failure failure) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.rejected(this);
        }
    }

    /**
     * The job has succeeded. Files, tuned model, last checkpoint, status and events become visible together.
     *
     * @param steps number of the last step
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
     * The trainer has stopped, or was killed, because of a stop request. If the request was withdrawn meanwhile,
     * the job continues from the saved state.
     *
     * @param step last finished step; 0 if no step was finished
     * @param state saved state after {@code step}; null if there is none or it could not be saved
     */
    record Stopped(int step, Blob state) implements AttemptEnd {
        @Override
        public void accept(Visitor visitor) {
            visitor.stopped(this);
        }
    }

    /**
     * The worker is shutting down, and its trainer has saved the state. Another worker can claim the job at once
     * and continue from there. If a pause was requested, the job is paused instead.
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
