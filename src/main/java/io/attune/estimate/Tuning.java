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

    /** Every linear module of a layer: what LoRA adapts unless told otherwise. */
    static final List<String> ALL_LINEAR =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /** The rank that LoRA has unless told otherwise. */
    static final int USUAL_R = 16;

    public static Tuning full() {
        return new Tuning(0, List.of(), false);
    }

    public static Tuning lora(int r, List<String> targetModules, boolean dropout) {
        return new Tuning(r, List.copyOf(targetModules), dropout);
    }

    /** The way of tuning that needs less, with the settings it has unless told otherwise. */
    static Tuning usualLora() {
        return lora(USUAL_R, ALL_LINEAR, false);
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
        long layer = 0;
        for (String module : targetModules) {
            layer += (long) r * (model.inputs(module) + model.outputs(module));
        }
        return layer * model.layers();
    }
}
