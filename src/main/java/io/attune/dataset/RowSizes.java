package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/**
 * The sizes of the rows in a training, as far as its memory depends on them.
 *
 * @param rows the number of rows
 * @param sequences the number of token sequences; a row may have several
 * @param mostSequences the largest number of sequences in one row
 * @param targets the share of the tokens that the model learns to predict
 * @param lengths in tokens, ascending: of all sequences if there are at most {@link #POINTS}; otherwise of
 *     {@link #POINTS} sequences, evenly spaced from the shortest to the longest
 * @param commonPrefix the number of tokens at the beginning that all sequences share
 */
public record RowSizes(
        int rows,
        int sequences,
        @JsonProperty("most_sequences") int mostSequences,
        double targets,
        int[] lengths,
        @JsonProperty("common_prefix") int commonPrefix) {

    /** Older stored sizes have no number of sequences. In them, each row is one sequence. */
    public RowSizes {
        sequences = sequences == 0 ? rows : sequences;
        mostSequences = Math.max(1, mostSequences);
    }

    public static final int POINTS = 129;

    /** The sizes of rows with one sequence each. */
    public static RowSizes of(int[] lengths, long targetTokens, int commonPrefix) {
        return of(lengths.length, 1, lengths, targetTokens, commonPrefix);
    }

    /** @param lengths of all sequences, at least one, in any order */
    public static RowSizes of(int rows, int mostSequences, int[] lengths, long targetTokens, int commonPrefix) {
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        long tokens = Arrays.stream(sorted).asLongStream().sum();
        int[] points = sorted;
        if (sorted.length > POINTS) {
            points = new int[POINTS];
            for (int i = 0; i < POINTS; i++) {
                points[i] = sorted[(int) ((long) i * (sorted.length - 1) / (POINTS - 1))];
            }
        }
        return new RowSizes(rows, sorted.length, mostSequences, (double) targetTokens / tokens, points, commonPrefix);
    }

    public int longest() {
        return lengths[lengths.length - 1];
    }

    /** The same rows, with sequences cut to {@code maxLength} tokens. */
    public RowSizes cut(int maxLength) {
        int[] cut = Arrays.stream(lengths)
                .map(length -> Math.min(length, maxLength))
                .toArray();
        return new RowSizes(rows, sequences, mostSequences, targets, cut, Math.min(commonPrefix, maxLength));
    }
}
