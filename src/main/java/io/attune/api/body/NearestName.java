package io.attune.api.body;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that is most similar to a mistyped name. */
final class NearestName {

    private static final int MOST_EDITS = 2;

    private NearestName() {}

    /**
     * Returns the known name with the fewest edits from the given name, if two edits are enough. An edit inserts,
     * deletes or replaces a letter, or swaps two adjacent letters.
     */
    static Optional<String> near(String given, Collection<String> known) {
        return known.stream()
                .filter(name -> Math.abs(name.length() - given.length()) <= MOST_EDITS)
                .filter(name -> edits(given, name) <= Math.min(MOST_EDITS, name.length() - 1))
                .min(Comparator.comparingInt((String name) -> edits(given, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns the Damerau-Levenshtein distance in its restricted form: no letter is swapped twice. */
    static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = edits[i - 1][j - 1] + (same ? 0 : 1);
                least = Math.min(least, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, edits[i - 2][j - 2] + 1);
                }
                edits[i][j] = least;
            }
        }
        return edits[from.length()][to.length()];
    }
}
