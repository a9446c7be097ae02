package io.attune.format;

import tools.jackson.databind.node.ObjectNode;

/** A kind of vocabulary in a GGUF file. Writes the parts of a tokenizer.json that depend on the kind. */
interface GgufVocabulary {

    /** The tokens with the texts of tokenizer.json. */
    GgufTokens tokens();

    /** Whether the start-of-text token comes before a text if the file does not say it. */
    boolean startsTexts();

    /** Whether the token is an added token: the tokenizer finds it in a text as a unit, before the merges. */
    boolean isAdded(int id);

    /** Writes {@code normalizer} and {@code pre_tokenizer}. */
    void writeSplitting(ObjectNode tokenizer);

    /** Writes {@code decoder}. */
    void writeDecoder(ObjectNode tokenizer);

    /** Writes the fields of {@code model} in front of {@code vocab}. */
    void writeModel(ObjectNode model);

    /** Writes {@code merges} into {@code model}. */
    void writeMerges(ObjectNode model);
}
