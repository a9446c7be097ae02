package io.attune.setting;

import io.attune.json.Range;
import io.attune.json.ValueType;
import java.util.List;

/** The settings of LoRA. Their names, meanings and ranges are the same as in PEFT. */
public final class Lora {

    private static final String ALL_LINEAR = "all-linear";

    public static final Setting<Integer> R =
            new Setting<>("r", new ValueType.Whole(1, 512), Fallback.constant(16), "Rank of the adapter");
    public static final Setting<Double> LORA_ALPHA = new Setting<>(
            "lora_alpha",
            new ValueType.Number(Range.above(0, 100_000)),
            Fallback.constant(32.0),
            "The adapter is scaled by lora_alpha / r");
    public static final Setting<Double> LORA_DROPOUT =
            new Setting<>("lora_dropout", new ValueType.Number(Range.below(0, 1)), Fallback.constant(0.0), "");
    /** Names of the linear modules that get an adapter, such as {@code q_proj}. */
    public static final Setting<List<String>> TARGET_MODULES = new Setting<>(
            "target_modules",
            new ValueType.OrWord<>(
                    new ValueType.Names("module names, or '" + ALL_LINEAR + "'", List.of("q_proj", "v_proj")),
                    ALL_LINEAR),
            Fallback.derived(job -> job.base().linearModules()),
            "Names of modules, or the string `" + ALL_LINEAR + "`");

    static final List<Setting<?>> DECLARED = List.of(R, LORA_ALPHA, LORA_DROPOUT, TARGET_MODULES);

    private Lora() {}
}
