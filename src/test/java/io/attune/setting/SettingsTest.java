package io.attune.setting;

import static io.attune.setting.Hyperparameters.BATCH_SIZE;
import static io.attune.setting.Hyperparameters.LEARNING_RATE;
import static io.attune.setting.Hyperparameters.LEARNING_RATE_MULTIPLIER;
import static io.attune.setting.Hyperparameters.MAX_LENGTH;
import static io.attune.setting.Hyperparameters.MAX_STEPS;
import static io.attune.setting.Hyperparameters.N_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class SettingsTest {

    private static final BaseModelLimits BASE = new BaseModelLimits(4096, List.of("q_proj", "v_proj"));
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Stream<Setting<?>> declared() {
        return Stream.concat(
                Hyperparameters.DECLARED.stream(),
                Arrays.stream(Tuning.Type.values()).flatMap(type -> type.declared().stream()));
    }

    @ParameterizedTest
    @MethodSource("declared")
    void everyFallbackIsAValueThatTheSettingTakes(Setting<?> setting) {
        for (Tuning.Type type : Tuning.Type.values()) {
            TrainingSettings resolved = new TrainingSettings(Tuning.of(type), Hyperparameters.AUTO).resolve(BASE);
            Stream.of(resolved.tuning().settings(), resolved.hyperparameters().values())
                    .filter(settings -> settings.has(setting))
                    .forEach(settings -> assertThat(
                                    (Object) setting.values().read(JSON.valueToTree(settings.get(setting))))
                            .isEqualTo(settings.get(setting)));
        }
    }

    @Test
    void resolvedSettingsLeaveOpenOnlyWhatMayBeAbsent() {
        TrainingSettings resolved =
                new TrainingSettings(Tuning.of(Tuning.Type.LORA), Hyperparameters.AUTO).resolve(BASE);

        assertThat(resolved.tuning().settings().values().keySet())
                .containsExactlyElementsOf(
                        Lora.DECLARED.stream().map(Setting::name).toList());
        assertThat(resolved.tuning().get(Lora.TARGET_MODULES)).containsExactly("q_proj", "v_proj");
        assertThat(Hyperparameters.DECLARED)
                .filteredOn(setting -> !resolved.hyperparameters().values().has(setting))
                .extracting(Setting::name)
                .containsExactlyInAnyOrder("max_steps", "eval_steps", "checkpoint_steps");
        assertThat(resolved.hyperparameters().get(MAX_LENGTH)).isEqualTo(4096);
    }

    @Test
    void theLearningRateComesFromTheTuningAndTheMultiplierUnlessItIsGiven() {
        Hyperparameters doubled = Hyperparameters.AUTO.with(LEARNING_RATE_MULTIPLIER, 2.0);
        Hyperparameters given = Hyperparameters.AUTO.with(LEARNING_RATE, 0.01);

        assertThat(doubled.resolve(Tuning.Type.LORA, BASE).get(LEARNING_RATE)).isEqualTo(4e-4);
        assertThat(doubled.resolve(Tuning.Type.FULL, BASE).get(LEARNING_RATE)).isEqualTo(4e-5);
        assertThat(given.resolve(Tuning.Type.LORA, BASE).get(LEARNING_RATE)).isEqualTo(0.01);
        assertThat(given.resolve(Tuning.Type.LORA, BASE).find(LEARNING_RATE_MULTIPLIER))
                .isEmpty();
        assertThat(given.isAuto(LEARNING_RATE_MULTIPLIER)).isFalse();
        assertThat(doubled.isAuto(N_EPOCHS)).isTrue();
    }

    @Test
    void settingsSurviveJsonAndAreReadAsStrictlyAsARequest() {
        TrainingSettings settings = new TrainingSettings(
                        Tuning.of(Tuning.Type.LORA).with(Lora.R, 4), Hyperparameters.AUTO.with(BATCH_SIZE, 2))
                .resolve(BASE);
        String json = JSON.writeValueAsString(settings);

        assertThat(json)
                .startsWith("{\"training_type\":{\"type\":\"lora\",\"r\":4,")
                .contains("\"batch_size\":2");
        assertThat(JSON.readValue(json, TrainingSettings.class)).isEqualTo(settings);
        for (String wrong : List.of("\"batch_size\":0", "\"batch_size\":\"two\"", "\"batches\":2")) {
            String altered = json.replace("\"batch_size\":2", wrong);
            assertThatThrownBy(() -> JSON.readValue(altered, TrainingSettings.class))
                    .isInstanceOf(JacksonException.class);
        }
    }

    @Test
    void aTrainingHasSoManyStepsAsItsEpochsHaveUnlessMaxStepsEndsIt() {
        Hyperparameters settings = Hyperparameters.AUTO.with(BATCH_SIZE, 8).with(N_EPOCHS, 3);

        assertThat(settings.stepsPerEpoch(17)).isEqualTo(3);
        assertThat(settings.steps(17)).isEqualTo(9);
        assertThat(settings.with(MAX_STEPS, 4).steps(17)).isEqualTo(4);
        assertThat(settings.with(MAX_STEPS, 40).steps(17)).isEqualTo(9);
        assertThat(settings.steps(Integer.MAX_VALUE)).isEqualTo(805_306_368);
        assertThat(settings.with(BATCH_SIZE, 1).steps(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
