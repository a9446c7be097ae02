package io.attune.text;

import java.util.List;

/**
 * A row as token ids. A row has several sequences if the chat template writes a turn differently once other turns
 * follow. The row still counts once: an optimizer step takes whole rows.
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

    /** Returns the sequences of all rows, in order. */
    public static List<TokenSequence> sequences(List<TokenRow> rows) {
        return rows.stream().flatMap(row -> row.sequences.stream()).toList();
    }

    /** The number of tokens of all sequences. */
    public int tokens() {
        return sequences.stream().mapToInt(TokenSequence::length).sum();
    }

    /** The number of targets of all sequences. */
    public int targets() {
        return sequences.stream().mapToInt(TokenSequence::targets).sum();
    }

    /** The number of tokens of the longest sequence. */
    public int length() {
        return sequences.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }

    /**
     * Cuts every sequence to {@code maxLength} tokens. Drops sequences without a remaining target; the result may
     * be empty.
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
