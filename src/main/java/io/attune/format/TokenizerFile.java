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
 * A tokenizer.json whose model is BPE, in a form in which two files are equal where they make the same ids of all texts.
 *
 * @param json the file
 * @param ids token to id, added tokens included
 * @param added the tokens that are found in a text as units, by their text
 * @param merges left and right part, the first one to be joined first
 */
record TokenizerFile(JsonFile json, Map<String, Integer> ids, Map<String, Added> added, List<Merge> merges) {

    private static final long MAX_BYTES = 256L << 20;
    private static final String SPACE = "▁";

    /** How an added token is found. Whether it is special decides only whether it is shown. */
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

        /** Found in the text as it is written, before the normalizer. */
        Added asWritten() {
            return new Added(singleWord, lstrip, rstrip, false, special);
        }

        boolean isFoundAs(Added other) {
            return asSpecial(true).equals(other.asSpecial(true));
        }
    }

    /** Two tokens that are joined to a third. */
    record Merge(String left, String right) {

        String joined() {
            return left + right;
        }
    }

    /** @throws ModelFormatException if the file is not there, or its model is none of BPE */
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
     * The added tokens with what tokenizer_config.json says of them, as transformers applies it.
     *
     * @throws ModelFormatException if it adds a token, or finds one in another way
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

    /** What is done to a text before the merges: the steps of the normalizer, then those of the pre-tokenizer. */
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
     * Whether the normalizer cannot change where an added token is found: there is none; or it is NFC, and the token has only such
     * characters of ASCII as NFC neither makes of others nor joins to what follows.
     */
    boolean isFoundBeforeNormalizing(String token) {
        List<JsonNode> normalizer = splitting().get(0);
        return normalizer.isEmpty()
                || normalizer.stream()
                                .allMatch(step -> step.path("type").asString("").equals("NFC"))
                        && token.matches("[ -~&&[^A-Za-z<=>;`]]+");
    }

    /** How tokens become a text. */
    List<JsonNode> decoder() {
        return steps("decoder", TokenizerFile::withoutByteLevelsOptions);
    }

    /** The ids around a text: before it and after it. */
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

    /** What the model says beside its tokens. */
    Map<String, Object> options() {
        JsonFile model = model();
        Map<String, Object> options = new HashMap<>();
        options.put("continuing_subword_prefix", model.text("continuing_subword_prefix", ""));
        options.put("end_of_word_suffix", model.text("end_of_word_suffix", ""));
        options.put("ignore_merges", model.flag("ignore_merges", false));
        if (!(cutsBytes() && ids.keySet().containsAll(byteLetters()))) { // else there is nothing without a token
            options.put("unk_token", model.text("unk_token", ""));
            options.put("fuse_unk", model.flag("fuse_unk", false));
            options.put("byte_fallback", model.flag("byte_fallback", false));
        }
        return options;
    }

    /** Whether the bytes of a text are written as letters. */
    boolean cutsBytes() {
        return steps("pre_tokenizer", step -> step).stream()
                .anyMatch(step -> step.path("type").asString("").equals("ByteLevel"));
    }

    /** The letters that byte-level BPE writes for the 256 bytes: the visible ones of Latin-1, and the next from U+0100 on. */
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

    /** With the values that are taken where a field is left out, and without what changes no id. */
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
                // as it is written
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

    /** Metaspace that neither prepends nor splits: it does no more than {@link #replacedSpaces}. */
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
