package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What is trained.
 *
 * @param r rank of the adapters; 0: all weights are trained, there are no adapters
 * @param targetModules PEFT's names of the modules that have one
 * @param dropout whether adapters have dropout
 */
public record Tuning(int r, @JsonProperty("target_modules") List<String> targetModules, boolean dropout) {

    /** The rank that LoRA has unless told otherwise. */
    static final int USUAL_R = 16;

    public static Tuning full() {
        return new Tuning(0, List.of(), false);
    }

    public static Tuning lora(int r, List<String> targetModules, boolean dropout) {
        return new Tuning(r, List.copyOf(targetModules), dropout);
    }

    /** The way of tuning that needs less, with the settings it has unless told otherwise. */
    static Tuning usualLora(ModelShape model) {
        return lora(USUAL_R, model.targets(), false);
    }

    boolean isFull() {
        return r == 0;
    }

    boolean adapts(String module) {
        return targetModules.contains(module);
    }

    /** How many numbers are trained. */
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
