package io.attune.format;

import io.attune.architecture.Architecture;
import io.attune.architecture.Families;
import io.attune.architecture.Family;
import io.attune.architecture.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a model's config.json: its architecture and its special tokens. The class understands the forms of both
 * transformers 4 and transformers 5. For a multimodal model it reads the text half, the object {@code text_config}.
 */
public final class ModelConfig {

    /**
     * The dropout of the model itself. Fine-tuning does not apply it. The dropout of an adapter is a setting of the
     * job.
     */
    private static final List<String> DROPOUTS = List.of(
            "attention_dropout",
            "attn_pdrop",
            "embd_pdrop",
            "embedding_dropout",
            "hidden_dropout",
            "resid_pdrop",
            "residual_dropout");

    private final Family family;
    private final Architecture architecture;
    private final JsonFile json; // the text half
    private final boolean textHalf;
    private final Integer bosTokenId;
    private final List<Integer> eosTokenIds;
    private final Integer padTokenId;

    private ModelConfig(JsonFile whole, JsonFile json, Family family) {
        this.family = family;
        this.json = json;
        this.textHalf = whole != json;
        this.architecture = family.read(json);
        int vocabulary = architecture.vocabulary();
        Family.TokenIds absent = family.absentTokens();
        this.bosTokenId = token(naming(whole, "bos_token_id"), "bos_token_id", vocabulary, absent.bos());
        this.eosTokenIds = tokens(naming(whole, "eos_token_id"), "eos_token_id", vocabulary, absent.eos());
        this.padTokenId = token(naming(whole, "pad_token_id"), "pad_token_id", vocabulary, absent.pad());
    }

    /** The text half if it has the field, otherwise the whole config. */
    private JsonFile naming(JsonFile whole, String field) {
        return json.node().has(field) ? json : whole;
    }

    /**
     * Reads and checks the config.json of a model folder.
     *
     * @throws ModelFormatException if a value is missing or impossible, or if an architecture or a feature is not
     *     supported; the message names file and field
     */
    public static ModelConfig read(Path modelFolder) {
        return of(JsonFile.read(modelFolder.resolve("config.json")));
    }

    static ModelConfig of(JsonFile whole) {
        JsonFile json = whole.hasObject("text_config") ? whole.object("text_config") : whole;
        if (json != whole && whole.has("tie_word_embeddings")) { // transformers takes the field from the whole config
            ((ObjectNode) json.node()).set("tie_word_embeddings", whole.node().get("tie_word_embeddings"));
        }
        String type = json.text("model_type");
        Family family = Families.of(type);
        if (family == null) {
            throw json.refused("model_type", "is \"" + type + "\"; built are " + built());
        }
        family.absentFields().forEach((field, value) -> {
            if (!json.node().has(field)) {
                ((ObjectNode) json.node()).set(field, JsonFile.MAPPER.valueToTree(value));
            }
        });
        if (json == whole && json.has("architectures")) {
            List<String> classes = json.texts("architectures");
            if (!classes.contains(family.className())) {
                throw json.refused("architectures", "is " + classes + "; only " + family.className() + " is built");
            }
        }
        Settings.requireOff(json, "is_encoder_decoder", "add_cross_attention");
        if (!isMxfp4(json)) {
            Settings.requireOff(whole, "quantization_config");
            Settings.requireOff(json, "quantization_config");
        }
        return new ModelConfig(whole, json, family);
    }

    private static String built() {
        return Families.all().stream().map(Family::modelType).collect(Collectors.joining(", "));
    }

    public Architecture architecture() {
        return architecture;
    }

    Family family() {
        return family;
    }

    /** The fields of the config.json. */
    JsonFile json() {
        return json;
    }

    /** The notes of an import about this model: sentences, each with a full stop. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (textHalf) {
            notes.add("The model is multimodal; its text half was taken, a model of type " + family.modelType()
                    + ". Adapters fit this half: load them on what ./attune export writes, "
                    + "not on the multimodal model.");
        }
        List<String> dropouts = DROPOUTS.stream()
                .filter(field -> json.has(field) && json.number(field, 0, 1) > 0)
                .map(field -> field + " " + json.shown(field))
                .toList();
        if (!dropouts.isEmpty()) {
            notes.add("Attune trains without the dropout that config.json names: " + String.join(", ", dropouts) + ".");
        }
        return notes;
    }

    /** Whether the experts are stored in the form of {@link Mxfp4Experts}. */
    boolean isMxfp4() {
        return isMxfp4(json);
    }

    private static boolean isMxfp4(JsonFile json) {
        return json.hasObject("quantization_config")
                && json.object("quantization_config").text("quant_method", "").equals("mxfp4");
    }

    /** Whether this is the text half of a multimodal model. */
    boolean isTextHalf() {
        return textHalf;
    }

    public int vocabSize() {
        return architecture.vocabulary();
    }

    /** The context length in tokens. */
    public int maxPositions() {
        return architecture.context();
    }

    /** The number of parameters. A tied head counts once. */
    public long parameters() {
        return architecture.parameters();
    }

    /** The shape of every tensor in a checkpoint of this model, by name, in the order of the forward pass. */
    public Map<String, long[]> tensorShapes() {
        return architecture.shapes();
    }

    /** The token that begins a text; null if the model has none. {@link #padTokenId()} can be null too. */
    public Integer bosTokenId() {
        return bosTokenId;
    }

    /** The tokens that end a text; may be empty. */
    public List<Integer> eosTokenIds() {
        return eosTokenIds;
    }

    public Integer padTokenId() {
        return padTokenId;
    }

    /**
     * Writes config.json with the fields that were read. Rotary positions are written in both the older and the newer
     * form, so that transformers 4, transformers 5 and vLLM can read the file. Equal configs give equal bytes.
     */
    public void write(Path modelFolder, Dtype dtype) {
        ObjectNode written = (ObjectNode) json.node().deepCopy();
        written.putArray("architectures").add(family.className());
        written.remove(List.of("dtype", "transformers_version", "_name_or_path", "quantization_config"));
        written.put("torch_dtype", dtype.torchName());
        if (textHalf) {
            copyToken(written, "bos_token_id", bosTokenId == null ? List.of() : List.of(bosTokenId));
            copyToken(written, "eos_token_id", eosTokenIds);
            copyToken(written, "pad_token_id", padTokenId == null ? List.of() : List.of(padTokenId));
            written.put("tie_word_embeddings", architecture.head().tied());
        }
        RopeWriting.complete(written);
        JsonFile.write(modelFolder.resolve("config.json"), written);
    }

    /** Whether both describe the same model. The form of the files may differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ModelConfig config
                && config.architecture.equals(architecture)
                && config.eosTokenIds.equals(eosTokenIds)
                && Objects.equals(config.bosTokenId, bosTokenId)
                && Objects.equals(config.padTokenId, padTokenId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(architecture, bosTokenId, eosTokenIds, padTokenId);
    }

    private static void copyToken(ObjectNode written, String field, List<Integer> ids) {
        if (ids.size() > 1) {
            ids.forEach(written.putArray(field)::add);
        } else {
            written.put(field, ids.isEmpty() ? null : ids.get(0));
        }
    }

    /**
     * Reads a token id. If the field is absent, the family's default in transformers applies. If it is null, the
     * model has no such token.
     */
    private static Integer token(JsonFile json, String field, int vocabulary, Integer absent) {
        if (!json.node().has(field)) {
            return absent != null && absent < vocabulary ? absent : null;
        }
        return tokenId(json, field, json.node().get(field), vocabulary);
    }

    private static List<Integer> tokens(JsonFile json, String field, int vocabulary, Integer absent) {
        if (!json.node().path(field).isArray()) {
            Integer id = token(json, field, vocabulary, absent);
            return id == null ? List.of() : List.of(id);
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode element : json.node().get(field)) {
            Integer id = tokenId(json, field, element, vocabulary);
            if (id != null) {
                ids.add(id);
            }
        }
        return List.copyOf(ids);
    }

    private static Integer tokenId(JsonFile json, String field, JsonNode value, int vocabulary) {
        if (value.isNull()) {
            return null;
        }
        // Some published configs say -1 for "none".
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() == -1) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() >= vocabulary) {
            throw json.refused(field, "must be a token id below vocab_size (" + vocabulary + "), is " + value);
        }
        return value.intValue();
    }
}
