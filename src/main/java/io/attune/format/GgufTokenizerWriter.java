package io.attune.format;

import io.attune.format.GgufValue.Type;
import io.attune.format.TokenizerFile.Added;
import io.attune.format.TokenizerFile.Merge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the tokenizer of a model folder as metadata of a GGUF file, {@code tokenizer.ggml.*}. Byte-level BPE becomes
 * {@code gpt2}. Pieces with {@code ▁} for spaces become {@code llama}. The class then reads the result with
 * {@link GgufTokenizer} and compares it with the original. A tokenizer that differs is refused, and the message names
 * the difference.
 *
 * <p>The comparison accepts two differences. First, merges that lead to an added token never happen, so they are left
 * out. Second, Gemma has added tokens of several spaces. They are written in the form of Gemma's own GGUF files; see
 * {@link GgufSentencePiece}.
 */
final class GgufTokenizerWriter {

    private static final String WAY_OUT = ": export the model with --format huggingface";
    private static final String KEY = "tokenizer.ggml.";

    private final TokenizerFile file;
    private final NamedTokens named;
    private final String modelName;
    private final Set<String> spaces; // added tokens of several spaces
    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();

    private GgufTokenizerWriter(TokenizerFile file, NamedTokens named, String modelName) {
        this.file = file;
        this.named = named;
        this.modelName = modelName;
        this.spaces = new HashSet<>();
        file.added().forEach((token, how) -> {
            if (!file.cutsBytes() && !how.special() && token.matches("▁▁+")) {
                spaces.add(token);
            }
        });
    }

    /**
     * Makes the metadata from tokenizer.json, tokenizer_config.json, special_tokens_map.json, generation_config.json
     * and the chat templates.
     *
     * @param modelName the value of general.name; the reader recognises the tokens of Phi-3 by it
     * @param vocabulary the number of rows of the embedding; an id without a token gets an unused token
     * @throws ModelFormatException if GGUF cannot express the tokenizer, or if a file is wrong; the message names the
     *     field
     */
    static Map<String, GgufValue> metadata(Path folder, String modelName, int vocabulary) {
        NamedTokens named = NamedTokens.read(folder);
        TokenizerFile file = TokenizerFile.read(folder).checkedWith(named.config(), named.all());
        GgufTokenizerWriter writer = new GgufTokenizerWriter(file, named, modelName);
        writer.tokens(vocabulary);
        writer.ids();
        writer.checkReadBack();
        writer.metadata.putAll(named.chatTemplates());
        return writer.metadata;
    }

    private void tokens(int vocabulary) {
        String[] texts = new String[vocabulary];
        file.ids().forEach((token, id) -> {
            if (id < 0 || id >= vocabulary || texts[id] != null) {
                throw refused(
                        "model.vocab",
                        "gives \"" + token + "\" the id " + id + ", which is another token's or is not below "
                                + vocabulary + ", the rows of the embedding");
            }
            texts[id] = token;
        });
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < vocabulary; id++) {
            types.add(texts[id] == null ? GgufTokens.UNUSED : type(texts[id]));
            if (texts[id] == null) {
                texts[id] = unused(id);
            } else if (spaces.contains(texts[id])) {
                texts[id] = " ".repeat(texts[id].length());
            }
        }
        if (file.cutsBytes()) {
            metadata.put(KEY + "model", GgufValue.text("gpt2"));
            metadata.put(KEY + "pre", GgufValue.text(split()));
        } else {
            metadata.put(KEY + "model", GgufValue.text("llama"));
            pieces(texts);
        }
        metadata.put(KEY + "tokens", GgufValue.list(Type.STRING, Arrays.asList(texts)));
        metadata.put(KEY + "token_type", GgufValue.list(Type.I32, types));
        if (file.cutsBytes()) {
            metadata.put(
                    KEY + "merges",
                    GgufValue.list(
                            Type.STRING,
                            file.merges().stream()
                                    .map(merge -> merge.left() + " " + merge.right())
                                    .toList()));
        }
    }

    private int type(String token) {
        Added how = file.added().get(token);
        if (how == null) {
            boolean isByte = file.model().flag("byte_fallback", false) && token.matches("<0x[0-9A-F]{2}>");
            return isByte ? GgufTokens.BYTE : GgufTokens.NORMAL;
        }
        if (token.equals(file.model().text("unk_token", "")) && !file.cutsBytes()) {
            return GgufTokens.UNKNOWN;
        }
        return how.special() ? GgufTokens.CONTROL : GgufTokens.USER_DEFINED;
    }

    private String unused(int id) {
        String name = "[PAD" + id + "]";
        while (file.ids().containsKey(name)) {
            name = "[" + name + "]";
        }
        return name;
    }

    /** The name of the way of splitting. Where several names mean the same way, the first name. */
    private String split() {
        for (String name : GgufSplit.names()) {
            GgufSplit split = GgufSplit.named(name).orElseThrow();
            ObjectNode json = JsonFile.MAPPER.createObjectNode();
            new GgufByteLevel(null, split).writeSplitting(json);
            if (parsed(json).splitting().equals(file.splitting())
                    && split.ignoresMerges() == file.model().flag("ignore_merges", false)) {
                return name;
            }
        }
        throw refused("pre_tokenizer", "and normalizer split texts in a way that GGUF has no name for" + WAY_OUT);
    }

    /**
     * Writes the pieces with their scores. The score of a piece is the negative place of its first merge in the list.
     * The scores of the original SentencePiece model had the same order. Pieces that no merge leads to come last.
     */
    private void pieces(String[] texts) {
        Map<String, Integer> ranks = new HashMap<>();
        live(file.merges()).forEach(merge -> ranks.putIfAbsent(merge.joined(), ranks.size()));
        metadata.put(
                KEY + "scores",
                GgufValue.list(
                        Type.F32,
                        Stream.of(texts)
                                .map(token -> -ranks.getOrDefault(token, ranks.size()))
                                .toList()));
        for (boolean startsWithSpace : new boolean[] {true, false}) {
            for (boolean singleSpaces : new boolean[] {true, false}) {
                ObjectNode json = JsonFile.MAPPER.createObjectNode();
                new GgufSentencePiece(null, null, startsWithSpace, singleSpaces, null).writeSplitting(json);
                if (parsed(json).splitting().equals(file.splitting())) {
                    metadata.put(KEY + "add_space_prefix", GgufValue.flag(startsWithSpace));
                    metadata.put(KEY + "remove_extra_whitespaces", GgufValue.flag(singleSpaces));
                    return;
                }
            }
        }
        throw refused("normalizer", "and pre_tokenizer treat spaces in a way that GGUF cannot express" + WAY_OUT);
    }

    private void ids() {
        List<Integer> before = file.around().get(0);
        List<Integer> after = file.around().get(1);
        Integer start = id("bos_token");
        Integer end = id("eos_token");
        if (before.size() > 1 || !before.isEmpty() && start != null && !before.contains(start)) {
            throw refused(
                    "post_processor",
                    "puts " + before + " before a text; GGUF has only the bos_token for it" + WAY_OUT);
        }
        if (after.size() > 1 || !after.isEmpty() && end != null && !after.contains(end)) {
            throw refused(
                    "post_processor", "puts " + after + " after a text; GGUF has only the eos_token for it" + WAY_OUT);
        }
        put("bos_token_id", before.isEmpty() ? start : before.get(0));
        List<Integer> ends = new ArrayList<>(after);
        if (end != null) {
            ends.add(end);
        }
        ends.addAll(named.endIds());
        ends = ends.stream().distinct().toList();
        List<String> keys = List.of("eos_token_id", "eot_token_id", "eom_token_id");
        if (ends.size() > keys.size()) {
            throw refused(
                    "model",
                    "is of a model with " + ends.size() + " tokens that end an answer, " + ends + "; GGUF has three"
                            + WAY_OUT);
        }
        for (int i = 0; i < ends.size(); i++) {
            put(keys.get(i), ends.get(i));
        }
        String unknown = file.model().text("unk_token", "");
        put(
                "unknown_token_id",
                file.cutsBytes() || unknown.isEmpty()
                        ? id("unk_token")
                        : file.ids().get(unknown));
        put("padding_token_id", id("pad_token"));
        metadata.put(KEY + "add_bos_token", GgufValue.flag(!before.isEmpty()));
        metadata.put(KEY + "add_eos_token", GgufValue.flag(!after.isEmpty()));
    }

    private Integer id(String name) {
        return named.text(name).map(file.ids()::get).orElse(null);
    }

    private void put(String key, Integer id) {
        if (id != null) {
            metadata.put(KEY + key, GgufValue.count(id));
        }
    }

    private void checkReadBack() {
        Map<String, Object> read = new HashMap<>();
        metadata.forEach((key, value) -> read.put(key, value.asRead()));
        read.put("general.name", modelName);
        TokenizerFile back = parsed(
                GgufTokenizer.of(new GgufMetadata(file.json().file(), read)).tokenizer());
        if (!back.decoder().equals(file.decoder())) {
            throw refused("decoder", "makes texts of tokens in a way that GGUF cannot express" + WAY_OUT);
        }
        if (!back.options().equals(file.options())) {
            throw refused(
                    "model",
                    "has the options " + file.options() + "; in a GGUF file they are " + back.options() + WAY_OUT);
        }
        file.added().forEach((token, how) -> checkAdded(token, how, back));
        if (!live(back.merges()).equals(live(file.merges()))) {
            throw refused(
                    "model.merges",
                    "are not what SentencePiece does with these pieces: it joins any two that make a third" + WAY_OUT);
        }
    }

    private void checkAdded(String token, Added how, TokenizerFile back) {
        if (spaces.contains(token)) {
            return;
        }
        Added read = back.added().get(token);
        Added expected = file.isFoundBeforeNormalizing(token) ? how.asWritten() : how;
        if (read == null || !expected.isFoundAs(read)) {
            throw refused(
                    "added_tokens",
                    "has \"" + token
                            + "\", which is found in a text in a way (lstrip, rstrip, single_word or normalized)"
                            + " that GGUF cannot express" + WAY_OUT);
        }
    }

    /** The merges that can happen. The merges for tokens of spaces come first, in a fixed order. */
    private List<Merge> live(List<Merge> merges) {
        List<Merge> live = new ArrayList<>();
        for (Merge merge : merges) {
            if (file.cutsBytes()
                    || spaces.contains(merge.joined())
                    || !file.added().containsKey(merge.joined())) {
                live.add(merge);
            }
        }
        int ofSpaces = 0;
        while (ofSpaces < live.size() && spaces.contains(live.get(ofSpaces).joined())) {
            ofSpaces++;
        }
        live.subList(0, ofSpaces).sort(Comparator.comparing(Merge::joined).thenComparing(Merge::left));
        return live;
    }

    private TokenizerFile parsed(ObjectNode json) {
        if (!json.has("model")) {
            json.putObject("model").putObject("vocab");
        }
        return TokenizerFile.of(new JsonFile(file.json().file(), "", json));
    }

    private ModelFormatException refused(String field, String problem) {
        return file.json().refused(field, problem);
    }
}
