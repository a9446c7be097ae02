package io.attune.format;

import tools.jackson.databind.node.ObjectNode;

/** A kind of vocabulary that a GGUF file can hold, as parts of a tokenizer.json. */
interface GgufVocabulary {

    /** The tokens as they stand in tokenizer.json. */
    GgufTokens tokens();

    /** Whether the start-of-text token is put before a text where the file does not say it. */
    boolean startsTexts();

    /** Whether the token is found in a text as a unit. */
    boolean isAdded(int id);

    /** Writes {@code normalizer} and {@code pre_tokenizer}. */
    void writeSplitting(ObjectNode tokenizer);

    /** Writes {@code decoder}. */
    void writeDecoder(ObjectNode tokenizer);

    /** Writes what comes before {@code vocab} in {@code model}. */
    void writeModel(ObjectNode model);

    /** Writes {@code merges} into {@code model}. */
    void writeMerges(ObjectNode model);
}
