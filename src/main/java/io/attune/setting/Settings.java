package io.attune.setting;

import com.fasterxml.jackson.annotation.JsonValue;
import io.attune.json.InvalidValueException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Values of settings by name. A setting without a value is absent. The JSON form is an object. */
public final class Settings {

    /** All settings are absent. */
    public static final Settings NONE = new Settings(Map.of());

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Reads settings from JSON.
     *
     * @param object null means no settings; fields that are null are absent
     * @throws InvalidValueException if a field is not in {@code declared}, or its value is invalid
     */
    static Settings read(List<Setting<?>> declared, JsonNode object) {
        if (object == null) {
            return NONE;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Setting<?> setting : declared) {
            if (object.hasNonNull(setting.name())) {
                values.put(setting.name(), setting.values().read(object.get(setting.name())));
            }
        }
        for (String name : object.propertyNames()) {
            if (declared.stream().noneMatch(setting -> setting.name().equals(name))) {
                throw new InvalidValueException("must not have the setting " + name);
            }
        }
        return new Settings(values);
    }

    /** @throws NoSuchElementException if the setting is absent */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new NoSuchElementException(setting.name() + " is not set"));
    }

    @SuppressWarnings("unchecked") // only `with` and `read` store values, and each value has the type of its setting
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting.name()));
    }

    public boolean has(Setting<?> setting) {
        return values.containsKey(setting.name());
    }

    public <T> Settings with(Setting<T> setting, T value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        changed.put(setting.name(), value);
        return new Settings(changed);
    }

    public Settings without(Setting<?> setting) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        changed.remove(setting.name());
        return new Settings(changed);
    }

    /**
     * Applies the fallbacks of {@code declared} in their order. A fallback may depend on a setting that is declared
     * earlier.
     */
    Settings resolve(List<Setting<?>> declared, Tuning.Type tuning, BaseModelLimits base) {
        Settings resolved = this;
        for (Setting<?> setting : declared) {
            if (!has(setting) && !isReplaced(setting, declared)) {
                resolved = resolved.withFallback(setting, tuning, base);
            }
        }
        return resolved;
    }

    private <T> Settings withFallback(Setting<T> setting, Tuning.Type tuning, BaseModelLimits base) {
        T value = setting.fallback().rule().apply(new Resolution(tuning, base, this));
        return value == null ? this : with(setting, value);
    }

    /** Whether {@code setting} is absent because its replacement was given. */
    boolean isReplaced(Setting<?> setting, List<Setting<?>> declared) {
        return declared.stream().anyMatch(other -> other.replaced() == setting && has(other));
    }

    /** The values by name. */
    @JsonValue
    public Map<String, Object> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && settings.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
