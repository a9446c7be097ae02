package io.attune.setting;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The settings of a job's training, from a request or with every value set. */
public record TrainingSettings(
        @JsonProperty("training_type") Tuning tuning, Hyperparameters hyperparameters) {

    /** Applies every fallback. */
    public TrainingSettings resolve(BaseModelLimits base) {
        return new TrainingSettings(tuning.resolve(base), hyperparameters.resolve(tuning.type(), base));
    }

    public TrainingSettings with(Hyperparameters other) {
        return new TrainingSettings(tuning, other);
    }
}
