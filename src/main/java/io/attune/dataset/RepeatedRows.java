package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that say the same as another one.
 *
 * @param count how many there are
 * @param lines the first few of them
 */
public record RepeatedRows(int count, List<Repeat> lines) {

    private static final int MOST_LINES = 10;

    /**
     * One of them.
     *
     * @param line 1-based line of the row
     * @param sameAs line of the row that it repeats: of the same file, or, for an overlap, of the training file
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
