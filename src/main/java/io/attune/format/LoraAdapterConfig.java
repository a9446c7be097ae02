package io.attune.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The adapter_config.json of a PEFT LoRA adapter. The adapted weights are W + (loraAlpha / r) B A. The file
 * adapter_model.safetensors holds A [r, in] as {@code base_model.model.MODULE.lora_A.weight} and B [out, r] as
 * {@code base_model.model.MODULE.lora_B.weight}.
 *
 * @param targetModules the last parts of the adapted modules' names ({@code q_proj}), sorted
 * @param baseModel {@code base_model_name_or_path}; null if the file lacks the field
 * @param fanInFanOut whether the shape of the adapted weights is [in, out]
 */
public record LoraAdapterConfig(
        int r,
        double loraAlpha,
        double loraDropout,
        List<String> targetModules,
        String baseModel,
        boolean fanInFanOut) {

    /** Fields without influence on the arithmetic of a saved adapter. */
    private static final Set<String> IGNORED =
            Set.of("auto_mapping", "inference_mode", "megatron_core", "peft_version", "qalora_group_size", "revision");

    private static final Set<String> READ = Set.of(
            "base_model_name_or_path",
            "bias",
            "fan_in_fan_out",
            "init_lora_weights",
            "lora_alpha",
            "lora_dropout",
            "peft_type",
            "r",
            "target_modules",
            "task_type");

    private static final String PREFIX = "base_model.model.";

    private static final int MAX_RANK = 1 << 16;

    public LoraAdapterConfig {
        targetModules = List.copyOf(new TreeSet<>(targetModules));
    }

    /**
     * Reads the adapter_config.json of a folder.
     *
     * @throws ModelFormatException if the adapter is not a plain LoRA; the message names the field. A field that
     *     Attune does not know must be null, false or empty
     */
    public static LoraAdapterConfig read(Path adapterFolder) {
        JsonFile json = JsonFile.read(adapterFolder.resolve("adapter_config.json"));
        requireText(json, "peft_type", "LORA");
        if (json.has("task_type")) {
            requireText(json, "task_type", "CAUSAL_LM");
        }
        if (json.has("bias")) {
            requireText(json, "bias", "none");
        }
        JsonNode init = json.node().path("init_lora_weights");
        // The other ways to initialise (pissa, olora, corda, loftq) change the base weights, so the adapter alone
        // does not give the model.
        if (json.has("init_lora_weights")
                && !init.isBoolean()
                && !(init.isString() && init.stringValue().equals("gaussian"))) {
            throw json.refused("init_lora_weights", "is " + init + "; only true, false and \"gaussian\" are built");
        }
        for (Map.Entry<String, JsonNode> field : json.node().properties()) {
            String name = field.getKey();
            if (!READ.contains(name) && !IGNORED.contains(name) && !isOff(field.getValue())) {
                throw json.refused(name, "is set (" + json.shown(name) + "); only plain LoRA adapters are built");
            }
        }
        if (json.node().path("target_modules").isString()) {
            throw json.refused(
                    "target_modules",
                    "is a pattern (" + json.shown("target_modules") + "); only a list of module names is built");
        }
        List<String> targets = json.texts("target_modules");
        if (targets.isEmpty()) {
            throw json.refused("target_modules", "is empty");
        }
        return new LoraAdapterConfig(
                json.integer("r", 1, MAX_RANK),
                json.number("lora_alpha", 0, 1e9),
                json.number("lora_dropout", 0, 1, 0),
                targets,
                json.text("base_model_name_or_path", null),
                json.flag("fan_in_fan_out", false));
    }

    /** Writes adapter_config.json in the form that PEFT loads. Equal configs give equal bytes. */
    public void write(Path adapterFolder) {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.putObject("alpha_pattern");
        json.putNull("auto_mapping");
        json.put("base_model_name_or_path", baseModel);
        json.put("bias", "none");
        json.put("fan_in_fan_out", fanInFanOut);
        json.put("inference_mode", true);
        json.put("init_lora_weights", true);
        json.putNull("layers_pattern");
        json.putNull("layers_to_transform");
        if (loraAlpha == Math.rint(loraAlpha) && Math.abs(loraAlpha) <= Integer.MAX_VALUE) {
            json.put("lora_alpha", (int) loraAlpha);
        } else {
            json.put("lora_alpha", loraAlpha);
        }
        json.put("lora_dropout", loraDropout);
        json.putNull("modules_to_save");
        json.put("peft_type", "LORA");
        json.put("r", r);
        json.putObject("rank_pattern");
        json.putNull("revision");
        ArrayNode targets = json.putArray("target_modules");
        targetModules.forEach(targets::add);
        json.put("task_type", "CAUSAL_LM");
        json.put("use_dora", false);
        json.put("use_rslora", false);
        JsonFile.write(adapterFolder.resolve("adapter_config.json"), json);
    }

    /**
     * The name of a factor in adapter_model.safetensors: {@code base_model.model.PATH.lora_A.weight} for
     * {@code PATH.lora_A}.
     */
    public static String storedName(String factor) {
        return PREFIX + factor + ".weight";
    }

    /** The factor with this name in adapter_model.safetensors; null for a name of another form. */
    public static String factor(String storedName) {
        return storedName.startsWith(PREFIX) && storedName.endsWith(".weight")
                ? storedName.substring(PREFIX.length(), storedName.length() - ".weight".length())
                : null;
    }

    private static boolean isOff(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isContainer() && value.isEmpty());
    }

    private static void requireText(JsonFile json, String field, String only) {
        String value = json.text(field);
        if (!value.equals(only)) {
            throw json.refused(field, "is \"" + value + "\"; only \"" + only + "\" is built");
        }
    }
}
