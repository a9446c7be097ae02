package io.attune.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer.json with a BPE model, in a normal form: two files with the same ids for all texts are equal in this
 * form.
 *
 * @param json the file
 * @param ids the ids by token, with the added tokens
 * @param added the added tokens by their text; the tokenizer finds them in a text as units
 * @param merges in the order of joining
 */
record TokenizerFile(JsonFile json, Map<String, Integer> ids, Map<String, Added> added, List<Merge> merges) {

    private static final long MAX_BYTES = 256L << 20;
    private static final String SPACE = "▁";

    /** How the tokenizer finds an added token. {@code special} only decides whether decoded text shows it. */
    record Added(boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {

        private static Added of(JsonNode token) {
            boolean special = token.path("special").asBoolean(false);
            return new Added(
                    token.path("single_word").asBoolean(false),
                    token.path("lstrip").asBoolean(false),
                    token.path("rstrip").asBoolean(false),
                    token.path("normalized").asBoolean(!special),
                    special);
        }

        private Added asSpecial(boolean also) {
            return new Added(singleWord, lstrip, rstrip, normalized, special || also);
        }

        /** The same token, but found in the text before the normalizer. */
        Added asWritten() {
            return new Added(singleWord, lstrip, rstrip, false, special);
        }

        boolean isFoundAs(Added other) {
            return asSpecial(true).equals(other.asSpecial(true));
        }
    }

    /** A merge: two tokens that the tokenizer joins to a third. */
    record Merge(String left, String right) {

        String joined() {
            return left + right;
        }
    }

    /** @throws ModelFormatException if the file is missing, or if its model is not BPE */
    static TokenizerFile read(Path folder) {
        return of(JsonFile.read(folder.resolve("tokenizer.json"), MAX_BYTES));
    }

    static TokenizerFile of(JsonFile json) {
        JsonFile model = json.object("model");
        if (!model.text("type", "BPE").equals("BPE")) {
            throw model.refused("type", "is " + model.shown("type") + "; of it no GGUF file is written, only of BPE");
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        model.object("vocab").node().forEachEntry((token, id) -> ids.put(token, id.intValue()));
        Map<String, Added> added = new LinkedHashMap<>();
        for (JsonNode token : json.node().path("added_tokens")) {
            String content = token.path("content").asString("");
            ids.putIfAbsent(content, token.path("id").asInt(-1));
            added.put(content, Added.of(token));
        }
        List<Merge> merges = new ArrayList<>();
        for (JsonNode merge : model.node().path("merges")) {
            merges.add(merge(model, merge));
        }
        return new TokenizerFile(json, ids, added, merges);
    }

    private static Merge merge(JsonFile model, JsonNode merge) {
        String[] parts = merge.isArray()
                ? merge.valueStream().map(part -> part.asString("")).toArray(String[]::new)
                : merge.asString("").split(" ", -1);
        if (parts.length != 2) {
            throw model.refused("merges", "holds " + merge + ", which are not two tokens");
        }
        return new Merge(parts[0], parts[1]);
    }

    JsonFile model() {
        return json.object("model");
    }

    /**
     * The file with the settings of added tokens from tokenizer_config.json, as transformers applies them.
     *
     * @throws ModelFormatException if tokenizer_config.json adds a token, or has other search settings for a token
     */
    TokenizerFile checkedWith(JsonFile config, Collection<String> named) {
        Map<String, Added> all = new LinkedHashMap<>(added);
        for (JsonNode token : config.node().path("added_tokens_decoder")) {
            String content = token.path("content").asString("");
            Added here = added.get(content);
            if (here == null || !here.isFoundAs(Added.of(token))) {
                throw config.refused(
                        "added_tokens_decoder",
                        "has \"" + content + "\" otherwise than tokenizer.json; save both anew with transformers");
            }
            all.put(content, here.asSpecial(Added.of(token).special() || named.contains(content)));
        }
        for (String content : named) {
            if (!added.containsKey(content)) {
                throw ModelFormatException.in(
                        json.file(),
                        "added_tokens lacks \"" + content + "\", which "
                                + config.file().getFileName() + " names: save both anew with transformers");
            }
        }
        return new TokenizerFile(json, ids, all, merges);
    }

    /** The steps before the merges: those of the normalizer, then those of the pre-tokenizer. */
    List<List<JsonNode>> splitting() {
        List<JsonNode> normalizer = steps("normalizer", step -> step);
        List<JsonNode> splits = steps("pre_tokenizer", TokenizerFile::asSplit);
        JsonNode spaces = replacedSpaces();
        if (normalizer.isEmpty() && splits.equals(List.of(spacesKeptApart()))) {
            return List.of(List.of(spaces), List.of());
        }
        if (normalizer.contains(spaces)) {
            splits.removeIf(TokenizerFile::splitsAtSpaces);
        }
        return List.of(normalizer, splits);
    }

    /**
     * Whether the normalizer cannot change the place of an added token. This is so if there is no normalizer. It is
     * also so if the normalizer is NFC, and NFC neither makes the token's characters from others nor joins them to
     * the next character.
     */
    boolean isFoundBeforeNormalizing(String token) {
        List<JsonNode> normalizer = splitting().get(0);
        return normalizer.isEmpty()
                || normalizer.stream()
                                .allMatch(step -> step.path("type").asString("").equals("NFC"))
                        && token.matches("[ -~&&[^A-Za-z<=>;`]]+");
    }

    /** The steps that make text of tokens. */
    List<JsonNode> decoder() {
        return steps("decoder", TokenizerFile::withoutByteLevelsOptions);
    }

    /** The ids that the tokenizer puts around a text: those before it and those after it. */
    List<List<Integer>> around() {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        for (JsonNode step : steps("post_processor", TokenizerFile::withoutByteLevelsOptions)) {
            switch (step.path("type").asString("")) {
                case "ByteLevel" -> {
                    // changes no id
                }
                case "TemplateProcessing" -> {
                    List<Integer> side = before;
                    for (JsonNode piece : step.path("single")) {
                        if (piece.has("Sequence")) {
                            side = after;
                        } else {
                            String name = piece.path("SpecialToken").path("id").asString("");
                            for (JsonNode id :
                                    step.path("special_tokens").path(name).path("ids")) {
                                side.add(id.intValue());
                            }
                        }
                    }
                }
                default ->
                    throw json.refused(
                            "post_processor",
                            "is " + step.path("type") + "; only TemplateProcessing and ByteLevel are written");
            }
        }
        return List.of(before, after);
    }

    /** The settings of the model, without its tokens and merges. */
    Map<String, Object> options() {
        JsonFile model = model();
        Map<String, Object> options = new HashMap<>();
        options.put("continuing_subword_prefix", model.text("continuing_subword_prefix", ""));
        options.put("end_of_word_suffix", model.text("end_of_word_suffix", ""));
        options.put("ignore_merges", model.flag("ignore_merges", false));
        if (!(cutsBytes() && ids.keySet().containsAll(byteLetters()))) { // otherwise every byte has a token
            options.put("unk_token", model.text("unk_token", ""));
            options.put("fuse_unk", model.flag("fuse_unk", false));
            options.put("byte_fallback", model.flag("byte_fallback", false));
        }
        return options;
    }

    /** Whether the tokenizer writes the bytes of a text as letters (byte-level BPE). */
    boolean cutsBytes() {
        return steps("pre_tokenizer", step -> step).stream()
                .anyMatch(step -> step.path("type").asString("").equals("ByteLevel"));
    }

    /**
     * The letters that byte-level BPE writes for the 256 bytes: the visible letters of Latin-1, and the letters from
     * U+0100 on.
     */
    private static Set<String> byteLetters() {
        Set<String> letters = new HashSet<>();
        for (char letter = '!'; letter < 256 + 68; letter++) {
            boolean isHidden = letter > '~' && letter < 0xa1 || letter == 0xad;
            if (!isHidden) {
                letters.add(String.valueOf(letter));
            }
        }
        return letters;
    }

    private List<JsonNode> steps(String field, UnaryOperator<JsonNode> canonical) {
        List<JsonNode> steps = new ArrayList<>();
        collect(json.node().path(field), canonical, steps);
        return steps;
    }

    private static void collect(JsonNode node, UnaryOperator<JsonNode> canonical, List<JsonNode> into) {
        if (node.path("type").asString("").equals("Sequence")) {
            node.forEach(list -> {
                if (list instanceof ArrayNode steps) {
                    steps.forEach(step -> collect(step, canonical, into));
                }
            });
        } else if (node.isObject()) {
            into.add(canonical.apply(node));
        }
    }

    /** A step with the default values of its missing fields, and without fields that change no id. */
    private static JsonNode asSplit(JsonNode step) {
        ObjectNode split = ((ObjectNode) step).deepCopy();
        switch (split.path("type").asString("")) {
            case "ByteLevel" -> {
                split.remove("trim_offsets");
                putIfAbsent(split, "add_prefix_space", true);
                putIfAbsent(split, "use_regex", true);
            }
            case "Digits" -> putIfAbsent(split, "individual_digits", false);
            case "Split" -> putIfAbsent(split, "invert", false);
            default -> {
                // other steps stay unchanged
            }
        }
        return split;
    }

    private static void putIfAbsent(ObjectNode json, String field, boolean value) {
        if (!json.has(field)) {
            json.put(field, value);
        }
    }

    private static JsonNode withoutByteLevelsOptions(JsonNode step) {
        return step.path("type").asString("").equals("ByteLevel")
                ? JsonFile.MAPPER.createObjectNode().put("type", "ByteLevel")
                : step;
    }

    private static JsonNode replacedSpaces() {
        ObjectNode step = JsonFile.MAPPER.createObjectNode().put("type", "Replace");
        step.putObject("pattern").put("String", " ");
        return step.put("content", SPACE);
    }

    /** A Metaspace step that neither prepends nor splits. It does the same as {@link #replacedSpaces}. */
    private static JsonNode spacesKeptApart() {
        return JsonFile.MAPPER
                .createObjectNode()
                .put("type", "Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", "never")
                .put("split", false);
    }

    private static boolean splitsAtSpaces(JsonNode step) {
        return step.path("type").asString("").equals("Split")
                && step.path("pattern").path("String").asString("").equals(" ");
    }
}
