package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/**
 * The sizes of the rows that are used, as far as the memory of a training depends on them.
 *
 * @param rows how many there are
 * @param targets share of their tokens that are predicted
 * @param lengths in tokens, ascending: every row's where there are at most {@link #POINTS}, else that many, evenly spaced from the
 *     shortest to the longest
 * @param commonPrefix tokens with which all of them begin
 */
public record RowSizes(
        int rows,
        double targets,
        int[] lengths,
        @JsonProperty("common_prefix") int commonPrefix) {

    public static final int POINTS = 129;

    /** @param lengths of all rows, at least one, in any order */
    public static RowSizes of(int[] lengths, long targetTokens, int commonPrefix) {
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
        return new RowSizes(sorted.length, (double) targetTokens / tokens, points, commonPrefix);
    }

    public int longest() {
        return lengths[lengths.length - 1];
    }

    /** These rows, the longer ones cut. */
    public RowSizes cut(int maxLength) {
        int[] cut = Arrays.stream(lengths)
                .map(length -> Math.min(length, maxLength))
                .toArray();
        return new RowSizes(rows, targets, cut, Math.min(commonPrefix, maxLength));
    }
}
