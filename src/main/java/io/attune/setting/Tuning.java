package io.attune.setting;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.attune.json.InvalidValueException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code training_type}: the weights that are trained, and the settings for that. As JSON:
 * {@code {"type": "lora", "r": 16, ...}}.
 *
 * @param settings given settings of {@code type}; {@link #resolve} chooses the absent settings
 */
public record Tuning(Type type, Settings settings) {

    /** The field that names the type. */
    public static final String TYPE = "type";

    /** The kinds of tuning. For a new kind, add a constant here with its settings. */
    public enum Type {
        LORA("lora", 2e-4, Lora.DECLARED),
        FULL("full", 2e-5, List.of());

        private final String text;
        private final double learningRate;
        private final List<Setting<?>> declared;

        Type(String text, double learningRate, List<Setting<?>> declared) {
            this.text = text;
            this.learningRate = learningRate;
            this.declared = declared;
        }

        /** The name in requests, answers and files. */
        public String text() {
            return text;
        }

        /** The learning rate if a request gives neither a rate nor a multiplier. */
        double learningRate() {
            return learningRate;
        }

        public List<Setting<?>> declared() {
            return declared;
        }

        /** @throws InvalidValueException if no type has this name */
        public static Type of(String text) {
            return Arrays.stream(values())
                    .filter(type -> type.text.equals(text))
                    .findFirst()
                    .orElseThrow(() -> new InvalidValueException("must be one of " + String.join(", ", texts())));
        }

        public static List<String> texts() {
            return Arrays.stream(values()).map(Type::text).toList();
        }
    }

    /** The service chooses all settings. */
    public static Tuning of(Type type) {
        return new Tuning(type, Settings.NONE);
    }

    /** @throws InvalidValueException that names the rule that a value breaks */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Tuning read(ObjectNode object) {
        Type type = Type.of(object.path(TYPE).asString());
        ObjectNode settings = object.deepCopy();
        settings.remove(TYPE);
        return new Tuning(type, Settings.read(type.declared(), settings));
    }

    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(TYPE, type.text());
        json.putAll(settings.values());
        return json;
    }

    /** Applies every fallback. */
    public Tuning resolve(BaseModelLimits base) {
        return new Tuning(type, settings.resolve(type.declared(), type, base));
    }

    /** @throws java.util.NoSuchElementException if the setting is absent */
    public <T> T get(Setting<T> setting) {
        return settings.get(setting);
    }

    public <T> Optional<T> find(Setting<T> setting) {
        return settings.find(setting);
    }

    public <T> Tuning with(Setting<T> setting, T value) {
        return new Tuning(type, settings.with(setting, value));
    }
}
