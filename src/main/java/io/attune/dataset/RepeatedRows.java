package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows with the same content as another row.
 *
 * @param count the number of such rows
 * @param lines the first few of them
 */
public record RepeatedRows(int count, List<Repeat> lines) {

    private static final int MOST_LINES = 10;

    /**
     * One repeated row.
     *
     * @param line the line of the row, counted from 1
     * @param sameAs the line of the row that it repeats. For duplicates it is in the same file, for an overlap in the
     *     training file
     */
    public record Repeat(int line, @JsonProperty("same_as") int sameAs) {}

    static final class Counter {

        private final List<Repeat> first = new ArrayList<>();
        private int count;

        void add(int line, int sameAs) {
            count++;
            if (first.size() < MOST_LINES) {
                first.add(new Repeat(line, sameAs));
            }
        }

        RepeatedRows counted() {
            return new RepeatedRows(count, List.copyOf(first));
        }
    }
}
