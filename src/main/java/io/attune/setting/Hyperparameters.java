package io.attune.setting;

import static io.attune.setting.Fallback.absent;
import static io.attune.setting.Fallback.auto;
import static io.attune.setting.Fallback.constant;
import static io.attune.setting.Fallback.derived;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.attune.json.InvalidValueException;
import io.attune.json.Range;
import io.attune.json.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * {@code method.supervised.hyperparameters}: their declarations, and the values of one training. For a new
 * hyperparameter, add a constant here and an entry in {@link #DECLARED}. The class that uses it reads it with
 * {@link #get}.
 *
 * @param values given values; {@link #resolve} chooses the absent values
 */
public record Hyperparameters(@JsonValue Settings values) {

    private static final int MOST_STEPS = 1_000_000_000;

    public static final Setting<Integer> N_EPOCHS =
            new Setting<>("n_epochs", whole(1, 50), auto(3), "Passes over the training rows");
    /** Rows of an optimizer step. */
    public static final Setting<Integer> BATCH_SIZE =
            new Setting<>("batch_size", whole(1, 256), auto(8), "Rows of an optimizer step");

    static final Setting<Double> LEARNING_RATE_MULTIPLIER = new Setting<>(
            "learning_rate_multiplier",
            number(Range.above(0, 1000)),
            auto(1.0),
            "Scales the method's learning rate (" + learningRates() + ")");
    public static final Setting<Double> LEARNING_RATE = new Setting<>(
                    "learning_rate",
                    number(Range.above(0, 1)),
                    derived(job -> job.settings().get(LEARNING_RATE_MULTIPLIER)
                            * job.tuning().learningRate()),
                    "The learning rate itself; not together with the multiplier")
            .inPlaceOf(LEARNING_RATE_MULTIPLIER);
    /** No limit if absent. */
    public static final Setting<Integer> MAX_STEPS =
            new Setting<>("max_steps", whole(1, MOST_STEPS), absent(), "Ends the run earlier than n_epochs");

    public static final Setting<Double> WARMUP_RATIO = new Setting<>(
            "warmup_ratio",
            number(Range.closed(0, 1)),
            constant(0.03),
            "Share of the steps in which the learning rate rises");
    public static final Setting<String> LR_SCHEDULER_TYPE = new Setting<>(
            "lr_scheduler_type", new ValueType.Choice(List.of("constant", "linear", "cosine")), constant("cosine"), "");
    public static final Setting<Double> WEIGHT_DECAY =
            new Setting<>("weight_decay", number(Range.closed(0, 1)), constant(0.0), "");
    public static final Setting<Double> MAX_GRAD_NORM = new Setting<>(
            "max_grad_norm", number(Range.above(0, 1e9)), constant(1.0), "Gradients are scaled down to this L2 norm");
    public static final Setting<Double> ADAM_BETA1 =
            new Setting<>("adam_beta1", number(Range.below(0, 1)), constant(0.9), "");
    public static final Setting<Double> ADAM_BETA2 =
            new Setting<>("adam_beta2", number(Range.below(0, 1)), constant(0.999), "");
    public static final Setting<Double> ADAM_EPSILON =
            new Setting<>("adam_epsilon", number(Range.above(0, 1)), constant(1e-8), "");
    /** Tokens of the longest row. */
    public static final Setting<Integer> MAX_LENGTH = new Setting<>(
            "max_length",
            whole(1, 1 << 27),
            auto("the model's context", job -> job.base().context()),
            "Longest row in tokens");
    /** {@code fail}, {@code truncate} or {@code drop}. */
    public static final Setting<String> OVERLONG_ROWS = new Setting<>(
            "overlong_rows",
            new ValueType.Choice(List.of("fail", "truncate", "drop")),
            constant("fail"),
            "What becomes of rows over max_length");
    /** Maximum number of tokens that are computed at once. */
    public static final Setting<Integer> MICRO_BATCH_TOKENS = new Setting<>(
            "micro_batch_tokens",
            whole(1, 1 << 20),
            auto(2048),
            "Tokens computed at once; never changes a step's meaning");
    /** At the end of each epoch if absent. */
    public static final Setting<Integer> EVAL_STEPS = new Setting<>(
            "eval_steps", whole(1, MOST_STEPS), absent(), "Steps between two validation runs; auto: an epoch");
    /** At the end of each epoch if absent. */
    public static final Setting<Integer> CHECKPOINT_STEPS = new Setting<>(
            "checkpoint_steps",
            whole(1, MOST_STEPS),
            absent(),
            "Steps between two published checkpoints; auto: an epoch");

    public static final List<Setting<?>> DECLARED = List.of(
            N_EPOCHS,
            BATCH_SIZE,
            LEARNING_RATE_MULTIPLIER,
            LEARNING_RATE,
            MAX_STEPS,
            WARMUP_RATIO,
            LR_SCHEDULER_TYPE,
            WEIGHT_DECAY,
            MAX_GRAD_NORM,
            ADAM_BETA1,
            ADAM_BETA2,
            ADAM_EPSILON,
            MAX_LENGTH,
            OVERLONG_ROWS,
            MICRO_BATCH_TOKENS,
            EVAL_STEPS,
            CHECKPOINT_STEPS);

    /** The service chooses all values. */
    public static final Hyperparameters AUTO = new Hyperparameters(Settings.NONE);

    /** @throws InvalidValueException that names the rule that a value breaks */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Hyperparameters read(JsonNode object) {
        return new Hyperparameters(Settings.read(DECLARED, object));
    }

    /**
     * Applies every fallback. Some settings may stay absent: {@code max_steps}, {@code eval_steps},
     * {@code checkpoint_steps}, and {@code learning_rate_multiplier} if the request gives a learning rate.
     */
    public Hyperparameters resolve(Tuning.Type tuning, BaseModelLimits base) {
        return new Hyperparameters(values.resolve(DECLARED, tuning, base));
    }

    /** @throws java.util.NoSuchElementException if the setting is absent */
    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    public <T> Optional<T> find(Setting<T> setting) {
        return values.find(setting);
    }

    public <T> Hyperparameters with(Setting<T> setting, T value) {
        return new Hyperparameters(values.with(setting, value));
    }

    public Hyperparameters without(Setting<?> setting) {
        return new Hyperparameters(values.without(setting));
    }

    /** Whether the service will choose the value of {@code setting}. An answer then shows {@code auto}. */
    public boolean isAuto(Setting<?> setting) {
        return setting.fallback().automatic() && !values.has(setting) && !values.isReplaced(setting, DECLARED);
    }

    /** Number of optimizer steps per epoch for this number of rows. The last step may have fewer rows. */
    public int stepsPerEpoch(int rows) {
        return (int) (((long) rows + get(BATCH_SIZE) - 1) / get(BATCH_SIZE));
    }

    /** Number of optimizer steps of the whole training. */
    public int steps(int rows) {
        long all = (long) stepsPerEpoch(rows) * get(N_EPOCHS);
        return (int) Math.min(all, find(MAX_STEPS).orElse(Integer.MAX_VALUE));
    }

    private static ValueType<Integer> whole(int min, int max) {
        return orAuto(new ValueType.Whole(min, max));
    }

    private static ValueType<Double> number(Range range) {
        return orAuto(new ValueType.Number(range));
    }

    private static <T> ValueType<T> orAuto(ValueType<T> type) {
        return new ValueType.OrWord<>(type, "auto");
    }

    private static String learningRates() {
        return Arrays.stream(Tuning.Type.values())
                .map(type -> type.text() + " " + Range.plain(type.learningRate()))
                .collect(Collectors.joining(", "));
    }
}
