package io.attune.trainer;

import static io.attune.setting.Hyperparameters.LEARNING_RATE;
import static io.attune.setting.Hyperparameters.LR_SCHEDULER_TYPE;
import static io.attune.setting.Hyperparameters.WARMUP_RATIO;

import io.attune.setting.Hyperparameters;

/**
 * The learning rate of each step, computed as in transformers' {@code get_*_schedule_with_warmup}. It rises
 * linearly from 0 during the warm-up. Then it is constant, or falls to 0 along a line or half a cosine.
 *
 * @param kind {@code constant}, {@code linear} or {@code cosine}
 */
record LearningRateSchedule(String kind, double peak, int warmupSteps, int totalSteps) {

    static LearningRateSchedule of(Hyperparameters settings, int totalSteps) {
        int warmup = (int) Math.ceil(settings.get(WARMUP_RATIO) * totalSteps);
        return new LearningRateSchedule(
                settings.get(LR_SCHEDULER_TYPE), settings.get(LEARNING_RATE), warmup, totalSteps);
    }

    /** @param step 1-based */
    double at(int step) {
        int done = step - 1;
        if (done < warmupSteps) {
            return peak * done / Math.max(1, warmupSteps);
        }
        double share = (double) (done - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
        return switch (kind) {
            case "constant" -> peak;
            case "linear" -> peak * (1 - share);
            case "cosine" -> peak * 0.5 * (1 + Math.cos(Math.PI * share));
            default ->
                throw new TrainerException(
                        "invalid_specification", "lr_scheduler_type has to be constant, linear or cosine, not " + kind);
        };
    }
}
