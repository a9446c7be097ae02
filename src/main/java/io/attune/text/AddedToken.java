package io.attune.text;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token that the tokenizer finds in a text as a unit, before it normalizes and splits the text.
 *
 * @param content the token as written in the text
 * @param singleWord whether the token counts only where no letter, digit or underscore stands beside it
 * @param lstrip whether the token includes the white space before it
 * @param rstrip whether the token includes the white space after it
 * @param normalized whether the tokenizer searches the normalized text for the token's normalized form
 * @param special whether {@link Tokenizer#decode} can leave the token out
 */
record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {

    /** A special token that a file names only by its text; the flags are those of transformers. */
    static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /**
     * Reads the layout of tokenizer.json and tokenizer_config.json. An absent flag is false; an absent
     * {@code normalized} is the opposite of {@code special}.
     */
    static AddedToken of(JsonNode json) {
        boolean special = json.path("special").asBoolean(false);
        return new AddedToken(
                json.path("content").asString(""),
                json.path("single_word").asBoolean(false),
                json.path("lstrip").asBoolean(false),
                json.path("rstrip").asBoolean(false),
                json.path("normalized").asBoolean(!special),
                special);
    }

    AddedToken asSpecial() {
        return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
    }

    void write(ObjectNode json) {
        json.put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
