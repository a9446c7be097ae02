package io.attune.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** How a job trains: as asked in the column {@code settings}, with nothing left open in the column {@code resolved}. */
public record JobSettings(@JsonProperty("training_type") TrainingType trainingType, Hyperparameters hyperparameters) {

    /**
     * Every default filled in.
     *
     * @param allLinear what {@code all-linear} stands for in the base model
     * @param context longest row of the base model, in tokens
     */
    public JobSettings resolve(List<String> allLinear, int context) {
        return new JobSettings(trainingType.resolve(allLinear), hyperparameters.resolve(trainingType.lora(), context));
    }
}
