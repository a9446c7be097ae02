package io.attune.text;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token that is found in a text as a unit, before the text is normalized and split.
 *
 * @param content the token as it is written
 * @param singleWord whether it is found only where no letter, digit or underscore stands beside it
 * @param lstrip whether it takes the white space before it
 * @param rstrip whether it takes the white space after it
 * @param normalized whether its normalized form is looked for in the normalized text
 * @param special whether {@link Tokenizer#decode} can leave it out
 */
record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {

    /** As transformers makes one of a name alone. */
    static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /** As tokenizer.json and tokenizer_config.json write it; a flag that is not there is off, as is a name's. */
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
