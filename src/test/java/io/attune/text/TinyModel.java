package io.attune.text;

import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Row;
import io.attune.dataset.RowReader;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors.Tensor;
import io.attune.format.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A minimal model folder with weights of zero. Its tokenizer resembles SentencePiece: letters and bytes, one merge
 * {@code ▁B}, the tokens {@code <unk>}, {@code <s>} and {@code </s>}, and a post-processor that puts {@code <s>}
 * before a text.
 */
public final class TinyModel {

    /** The text that the tokenizer puts before a text. */
    public enum Prefix {
        NONE,
        PREPEND,
        METASPACE
    }

    /** One line per turn, with the role before it and {@code </s>} after it. */
    public static final String TURNS = "{% for m in messages %}#{{ m.role }}:\n{{ m.content }}</s>{% endfor %}"
            + "{% if add_generation_prompt %}#assistant:\n{% endif %}";

    private static final String LETTERS =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?'\"{}[]()<>|/\\_-+=#@$%^&*~`";

    /** The time that templates print. */
    public static final LocalDateTime NOW = LocalDateTime.of(2025, 12, 17, 10, 0);

    private static final JsonMapper JSON = JsonMapper.shared();

    private TinyModel() {}

    public static Path write(Path folder, String template, Prefix prefix) throws IOException {
        return write(folder, template, prefix, true);
    }

    /** @param eos whether the model names {@code </s>} as the end of a text */
    public static Path write(Path folder, String template, Prefix prefix, boolean eos) throws IOException {
        Files.createDirectories(folder);
        ObjectNode tokenizer = tokenizer(prefix);
        Files.writeString(folder.resolve("tokenizer.json"), JSON.writeValueAsString(tokenizer));
        ObjectNode config = JSON.createObjectNode().put("bos_token", "<s>");
        if (eos) {
            config.put("eos_token", "</s>");
        }
        if (template != null) {
            config.put("chat_template", template);
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), JSON.writeValueAsString(config));
        ObjectNode model = JSON.createObjectNode()
                .put("model_type", "llama")
                .put("vocab_size", tokenizer.path("model").path("vocab").size())
                .put("hidden_size", 32)
                .put("intermediate_size", 64)
                .put("num_hidden_layers", 1)
                .put("num_attention_heads", 2)
                .put("num_key_value_heads", 1)
                .put("max_position_embeddings", 1024)
                .put("rms_norm_eps", 1e-5)
                .put("rope_theta", 10000.0)
                .put("hidden_act", "silu")
                .put("tie_word_embeddings", true)
                .put("bos_token_id", 1)
                .put("eos_token_id", eos ? 2 : -1);
        model.putArray("architectures").add("LlamaForCausalLM");
        Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(model));
        List<Tensor> weights = new ArrayList<>();
        ModelConfig.read(folder).tensorShapes().forEach((name, shape) -> {
            int elements = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
            weights.add(new Tensor(name, Dtype.F32, shape, ByteBuffer.allocate(4 * elements)));
        });
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of("format", "pt"), weights);
        return folder;
    }

    /** Returns the rows of a file without problems. */
    public static List<Row> rows(String jsonl) throws IOException {
        List<Row> rows = new ArrayList<>();
        DatasetCheck check =
                RowReader.read(new ByteArrayInputStream(jsonl.getBytes(StandardCharsets.UTF_8)), rows::add);
        if (!check.isValid()) {
            throw new AssertionError(check.findings());
        }
        return rows;
    }

    public static RowEncoder encoder(Path folder, Tokenizer tokenizer) throws IOException {
        return new RowEncoder(
                tokenizer,
                ChatTemplate.read(folder).map(template -> template.at(NOW)),
                EndTokens.read(folder, ModelConfig.read(folder), tokenizer),
                Integer.MAX_VALUE);
    }

    private static ObjectNode tokenizer(Prefix prefix) {
        ObjectNode vocabulary =
                JSON.createObjectNode().put("<unk>", 0).put("<s>", 1).put("</s>", 2);
        for (int b = 0; b < 256; b++) {
            vocabulary.put("<0x%02X>".formatted(b), vocabulary.size());
        }
        ("\u2581" + LETTERS).chars().forEach(c -> vocabulary.put(Character.toString(c), vocabulary.size()));
        vocabulary.put("\u2581B", vocabulary.size());

        ObjectNode json = JSON.createObjectNode()
                .put("version", "1.0")
                .putNull("truncation")
                .putNull("padding");
        ArrayNode added = json.putArray("added_tokens");
        for (String token : List.of("<unk>", "<s>", "</s>")) {
            added.addObject()
                    .put("id", added.size() - 1)
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        if (prefix == Prefix.METASPACE) {
            json.putNull("normalizer");
            json.putObject("pre_tokenizer")
                    .put("type", "Metaspace")
                    .put("replacement", "\u2581")
                    .put("prepend_scheme", "first")
                    .put("split", false);
        } else {
            ArrayNode normalizers =
                    json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
            if (prefix == Prefix.PREPEND) {
                normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
            }
            replace(normalizers.addObject(), " ", "\u2581");
            json.putNull("pre_tokenizer");
        }
        postProcessor(json.putObject("post_processor"));
        ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders.addObject(), "\u2581", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        ObjectNode model = json.putObject("model")
                .put("type", "BPE")
                .putNull("dropout")
                .put("unk_token", "<unk>")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", true)
                .put("byte_fallback", true)
                .put("ignore_merges", false);
        model.set("vocab", vocabulary);
        model.putArray("merges").add("\u2581 B");
        return json;
    }

    private static void replace(ObjectNode json, String from, String to) {
        json.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
    }

    private static void postProcessor(ObjectNode json) {
        json.put("type", "TemplateProcessing");
        ArrayNode single = json.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ArrayNode pair = json.putArray("pair");
        pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode start = json.putObject("special_tokens").putObject("<s>").put("id", "<s>");
        start.putArray("ids").add(1);
        start.putArray("tokens").add("<s>");
    }
}
