package io.attune.job.api;

import io.attune.json.Range;
import io.attune.json.ValueType;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Setting;
import io.attune.setting.Tuning;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes schemas of the OpenAPI description from the declarations of settings. */
final class SettingSchemas implements ValueType.Visitor<Schema<Object>> {

    /** Reference to the schema of a training type, for annotations. */
    static final String TRAINING_TYPE = "#/components/schemas/TrainingType";

    /** Reference to the schema of the hyperparameters, for annotations. */
    static final String HYPERPARAMETERS = "#/components/schemas/SupervisedHyperparameters";

    private static final SettingSchemas SCHEMAS = new SettingSchemas();

    private SettingSchemas() {}

    /** Adds both schemas to the description. */
    static void addTo(Components components) {
        Schema<Object> hyperparameters = object(Hyperparameters.DECLARED);
        hyperparameters.setDescription(
                "Every number may also be the string `auto`, which is the same as leaving it out.");
        components.addSchemas("SupervisedHyperparameters", hyperparameters);

        Schema<Object> type = schema("string");
        type.setEnum(List.copyOf(Tuning.Type.texts()));
        type.setDefault(Tuning.Type.LORA.text());
        Schema<Object> tuning = schema("object");
        tuning.addProperty(Tuning.TYPE, type);
        for (Tuning.Type each : Tuning.Type.values()) {
            each.declared().forEach(setting -> tuning.addProperty(setting.name(), of(setting)));
        }
        components.addSchemas("TrainingType", tuning);
    }

    private static Schema<Object> object(List<Setting<?>> settings) {
        Schema<Object> object = schema("object");
        settings.forEach(setting -> object.addProperty(setting.name(), of(setting)));
        return object;
    }

    private static Schema<Object> of(Setting<?> setting) {
        Schema<Object> schema = setting.values().accept(SCHEMAS);
        Object constant = setting.fallback().constant();
        if (constant != null) {
            schema.setDefault(constant instanceof Double number ? decimal(number) : constant);
        }
        if (!setting.description().isEmpty()) {
            schema.setDescription(setting.description());
        }
        return schema;
    }

    @Override
    public Schema<Object> whole(ValueType.Whole type) {
        Schema<Object> schema = schema("integer");
        schema.format("int32").minimum(BigDecimal.valueOf(type.min())).maximum(BigDecimal.valueOf(type.max()));
        return schema;
    }

    @Override
    public Schema<Object> number(ValueType.Number type) {
        Schema<Object> schema = schema("number");
        schema.format("double");
        Range range = type.range();
        BigDecimal min = decimal(range.min());
        BigDecimal max = decimal(range.max());
        if (range.minOpen()) {
            schema.exclusiveMinimumValue(min);
        } else {
            schema.minimum(min);
        }
        if (range.maxOpen()) {
            schema.exclusiveMaximumValue(max);
        } else {
            schema.maximum(max);
        }
        return schema;
    }

    @Override
    public Schema<Object> choice(ValueType.Choice type) {
        Schema<Object> schema = schema("string");
        schema.setEnum(List.copyOf(type.choices()));
        return schema;
    }

    @Override
    public Schema<Object> names(ValueType.Names type) {
        Schema<Object> schema = schema("array");
        schema.items(schema("string")).example(type.example());
        return schema;
    }

    @Override
    public Schema<Object> orWord(ValueType.OrWord<?> type) {
        Schema<Object> schema = type.type().accept(this);
        Set<String> types = new TreeSet<>(schema.getTypes());
        types.add("string");
        schema.types(types).pattern("^" + type.leftOut() + "$");
        return schema;
    }

    private static Schema<Object> schema(String type) {
        Schema<Object> schema = new JsonSchema();
        schema.types(Set.of(type));
        return schema;
    }

    private static BigDecimal decimal(double value) {
        return new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }
}
