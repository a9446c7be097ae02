package io.attune.text;

import java.util.List;

/**
 * A row as token ids: one sequence, or several where the chat template writes a turn in another form once others follow
 * it. The row counts once all the same: a step takes rows, with all of their sequences.
 *
 * @param line 1-based line of the row's file
 */
public record TokenRow(int line, List<TokenSequence> sequences) {

    public TokenRow {
        sequences = List.copyOf(sequences);
    }

    /** A row of one sequence. */
    public TokenRow(int line, int[] ids, boolean[] target) {
        this(line, List.of(new TokenSequence(ids, target)));
    }

    /** The sequences of some rows, in order. */
    public static List<TokenSequence> sequences(List<TokenRow> rows) {
        return rows.stream().flatMap(row -> row.sequences.stream()).toList();
    }

    /** Tokens of all sequences. */
    public int tokens() {
        return sequences.stream().mapToInt(TokenSequence::length).sum();
    }

    /** Tokens that are to be predicted, of all sequences. */
    public int targets() {
        return sequences.stream().mapToInt(TokenSequence::targets).sum();
    }

    /** Tokens of the longest sequence. */
    public int length() {
        return sequences.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }

    /**
     * Every sequence cut to {@code maxLength} tokens; those that have no target left are gone, and there may be none
     * left.
     */
    public TokenRow truncate(int maxLength) {
        return new TokenRow(
                line,
                sequences.stream()
                        .map(sequence -> sequence.truncate(maxLength))
                        .filter(sequence -> sequence.targets() > 0)
                        .toList());
    }
}
