package io.attune.estimate;

import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.util.List;

/**
 * The trained weights, as far as memory depends on them.
 *
 * @param r rank of the adapters; 0 if all weights are trained and there are no adapters
 * @param targetModules PEFT's names of the modules with an adapter
 * @param dropout whether adapters have dropout
 */
record Trainable(int r, List<String> targetModules, boolean dropout) {

    static Trainable of(Tuning tuning) {
        return switch (tuning.type()) {
            case FULL -> new Trainable(0, List.of(), false);
            case LORA ->
                new Trainable(tuning.get(Lora.R), tuning.get(Lora.TARGET_MODULES), tuning.get(Lora.LORA_DROPOUT) > 0);
        };
    }

    boolean isFull() {
        return r == 0;
    }

    boolean adapts(String module) {
        return targetModules.contains(module);
    }

    /** Returns the number of trained parameters. */
    long parameters(ModelShape model) {
        if (isFull()) {
            return model.parameters();
        }
        return r
                * model.kinds().stream()
                        .mapToLong(kind -> kind.count() * kind.adapterNumbers(targetModules))
                        .sum();
    }
}
