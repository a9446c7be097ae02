package io.attune.text;

import io.attune.dataset.Row;
import java.util.Optional;

/** Makes token rows of rows. */
public final class RowEncoder {

    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final int endOfText;

    /** {@code endOfText} is the id that ends the completion of a prompt/completion row. */
    public RowEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template, int endOfText) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.endOfText = endOfText;
    }

    /**
     * Encodes a row.
     *
     * @throws UnencodableRowException if what is trained on cannot be told exactly
     */
    public TokenRow encode(Row row) {
        throw new UnsupportedOperationException();
    }
}
