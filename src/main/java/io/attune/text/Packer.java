package io.attune.text;

import java.util.List;

/** Lays the rows of an optimizer step out as packs. */
public final class Packer {

    private Packer() {}

    /**
     * Splits {@code rows}, in order, into packs of at most {@code maxTokens} computed tokens; a longer row has a pack of its own.
     */
    public static List<Pack> pack(List<TokenRow> rows, int maxTokens) {
        throw new UnsupportedOperationException();
    }
}
