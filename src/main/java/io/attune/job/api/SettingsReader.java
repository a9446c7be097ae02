package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.body.JsonFields;
import io.attune.json.InvalidValueException;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Setting;
import io.attune.setting.Settings;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the settings of a training from a request. The declarations of the settings have the ranges and rules. */
final class SettingsReader {

    private static final List<String> UNBUILT_TUNINGS =
            List.of("freeze", "ia3", "prompt_tuning", "prefix_tuning", "auto");
    private static final List<String> UNBUILT_METHODS = List.of("dpo", "reinforcement");

    private SettingsReader() {}

    /** @param request the complete request */
    static TrainingSettings read(JsonFields request) {
        return new TrainingSettings(tuning(request.object("training_type")), hyperparameters(request));
    }

    private static Tuning tuning(JsonFields fields) {
        if (fields == null) {
            return Tuning.of(Tuning.Type.LORA);
        }
        Tuning.Type type = type(fields);
        List<Setting<?>> all = settingsOfAllTypes();
        Settings asked = Settings.NONE;
        for (Setting<?> setting : all) {
            asked = read(fields, setting, asked);
        }
        fields.refuseOthers();
        for (Setting<?> setting : all) {
            if (!type.declared().contains(setting) && fields.has(setting.name())) {
                throw ApiException.invalidValue(
                        fields.name(setting.name()),
                        "'" + fields.name(setting.name()) + "' goes with type " + typesWith(setting) + ", not with "
                                + type.text() + ".");
            }
        }
        return new Tuning(type, asked);
    }

    private static Tuning.Type type(JsonFields fields) {
        String type = fields.text(Tuning.TYPE);
        if (type == null) {
            return Tuning.Type.LORA;
        }
        if (UNBUILT_TUNINGS.contains(type)) {
            throw ApiException.unsupported(
                    "method",
                    fields.name(Tuning.TYPE),
                    "The training type '" + type + "' is not built here; there are "
                            + String.join(" and ", Tuning.Type.texts()) + ".");
        }
        try {
            return Tuning.Type.of(type);
        } catch (InvalidValueException e) {
            throw fields.refused(Tuning.TYPE, e.getMessage(), fields.any(Tuning.TYPE));
        }
    }

    /** Returns {@code asked}, with the value of {@code setting} if the request has one. */
    private static <T> Settings read(JsonFields fields, Setting<T> setting, Settings asked) {
        T value = fields.value(setting.name(), setting.values());
        return value == null ? asked : asked.with(setting, value);
    }

    private static List<Setting<?>> settingsOfAllTypes() {
        return Arrays.stream(Tuning.Type.values())
                .<Setting<?>>flatMap(type -> type.declared().stream())
                .distinct()
                .toList();
    }

    private static String typesWith(Setting<?> setting) {
        return Stream.of(Tuning.Type.values())
                .filter(type -> type.declared().contains(setting))
                .map(Tuning.Type::text)
                .collect(Collectors.joining(" or "));
    }

    /** The hyperparameters in {@code method}; null if there are none. */
    static Hyperparameters method(JsonFields request) {
        JsonFields method = request.object("method");
        if (method == null) {
            return null;
        }
        String type = method.requiredText("type");
        for (String unbuilt : UNBUILT_METHODS) {
            boolean asked = unbuilt.equals(type);
            if (asked || method.has(unbuilt)) {
                throw ApiException.unsupported(
                        "method",
                        method.name(asked ? "type" : unbuilt),
                        "The method '" + unbuilt + "' is not built here; there is supervised.");
            }
        }
        method.oneOf("type", "supervised");
        JsonFields supervised = method.object("supervised");
        Hyperparameters hyperparameters = null;
        if (supervised != null) {
            JsonFields inner = supervised.object("hyperparameters");
            hyperparameters = inner == null ? null : hyperparametersOf(inner);
            supervised.refuseOthers();
        }
        method.refuseOthers();
        return hyperparameters;
    }

    private static Hyperparameters hyperparameters(JsonFields request) {
        Hyperparameters current = method(request);
        JsonFields deprecated = request.object("hyperparameters");
        if (deprecated == null || deprecated.entries().isEmpty()) {
            return current == null ? Hyperparameters.AUTO : current;
        }
        if (current != null && !current.equals(Hyperparameters.AUTO)) {
            throw ApiException.invalidValue(
                    "hyperparameters",
                    "'hyperparameters' is deprecated; give them all in 'method.supervised.hyperparameters'.");
        }
        return hyperparametersOf(deprecated);
    }

    private static Hyperparameters hyperparametersOf(JsonFields fields) {
        Settings asked = Settings.NONE;
        for (Setting<?> setting : Hyperparameters.DECLARED) {
            asked = read(fields, setting, asked);
        }
        fields.refuseOthers();
        for (Setting<?> setting : Hyperparameters.DECLARED) {
            Setting<?> other = setting.replaces().orElse(null);
            if (other != null && asked.has(setting) && asked.has(other)) {
                throw ApiException.invalidValue(
                        fields.name(setting.name()),
                        "Give either '" + fields.name(setting.name()) + "' or '" + fields.name(other.name())
                                + "', not both.");
            }
        }
        return new Hyperparameters(asked);
    }
}
