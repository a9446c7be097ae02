package io.attune.setting;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a job trains: as a request gave it, or with nothing left open. */
public record TrainingSettings(
        @JsonProperty("training_type") Tuning tuning, Hyperparameters hyperparameters) {

    /** Every fallback filled in. */
    public TrainingSettings resolve(BaseModelLimits base) {
        return new TrainingSettings(tuning.resolve(base), hyperparameters.resolve(tuning.type(), base));
    }

    public TrainingSettings with(Hyperparameters other) {
        return new TrainingSettings(tuning, other);
    }
}
