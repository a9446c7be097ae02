package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/**
 * The sizes of the rows that are used, as far as the memory of a training depends on them.
 *
 * @param rows how many there are
 * @param sequences how many token sequences they are; a row may be several
 * @param mostSequences of a row
 * @param targets share of their tokens that are predicted
 * @param lengths in tokens, ascending: every sequence's where there are at most {@link #POINTS}, else that many, evenly spaced from
 *     the shortest to the longest
 * @param commonPrefix tokens with which all of them begin
 */
public record RowSizes(
        int rows,
        int sequences,
        @JsonProperty("most_sequences") int mostSequences,
        double targets,
        int[] lengths,
        @JsonProperty("common_prefix") int commonPrefix) {

    /** Sizes that were stored before rows could be several sequences say nothing of them. */
    public RowSizes {
        sequences = sequences == 0 ? rows : sequences;
        mostSequences = Math.max(1, mostSequences);
    }

    public static final int POINTS = 129;

    /** Rows of one sequence each. */
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

    /** These rows, the longer ones cut. */
    public RowSizes cut(int maxLength) {
        int[] cut = Arrays.stream(lengths)
                .map(length -> Math.min(length, maxLength))
                .toArray();
        return new RowSizes(rows, sequences, mostSequences, targets, cut, Math.min(commonPrefix, maxLength));
    }
}
