package io.attune.dataset;

import java.util.Arrays;

/**
 * The lengths of a file's rows in tokens, before rows are cut or left out.
 *
 * @param mean rounded to a tenth
 * @param p95 95 of 100 rows are not longer than this
 */
public record RowLengths(int min, double mean, int median, int p95, int max) {

    /** The lengths of these rows; null if there are no rows. */
    public static RowLengths of(int[] lengths) {
        if (lengths.length == 0) {
            return null;
        }
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).asLongStream().sum() / (double) sorted.length;
        return new RowLengths(
                sorted[0],
                Math.round(mean * 10) / 10.0,
                percentile(sorted, 50),
                percentile(sorted, 95),
                sorted[sorted.length - 1]);
    }

    /** The shortest length that {@code percent} of 100 rows do not exceed. */
    private static int percentile(int[] sorted, int percent) {
        int rank = (int) ((percent * (long) sorted.length + 99) / 100);
        return sorted[rank - 1];
    }
}
