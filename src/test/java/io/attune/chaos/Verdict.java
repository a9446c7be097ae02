package io.attune.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was promised, and whether it held. */
final class Verdict {

    private static final int SHOWN = 8;

    private final Map<String, List<String>> violations = new LinkedHashMap<>();

    /** @param found what speaks against the promise */
    void promise(String promise, List<String> found) {
        violations.computeIfAbsent(promise, key -> new ArrayList<>()).addAll(found);
    }

    boolean held() {
        return violations.values().stream().allMatch(List::isEmpty);
    }

    /** All that speaks against any promise. */
    List<String> violations() {
        return violations.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(found -> entry.getKey() + ": " + found))
                .toList();
    }

    void print(PrintStream out) {
        out.println("| promise | held |\n|---|---|");
        violations.forEach((promise, found) ->
                out.println("| " + promise + " | " + (found.isEmpty() ? "yes" : "**no**, " + found.size()) + " |"));
        out.println();
        violations.forEach((promise, found) -> {
            found.stream().limit(SHOWN).forEach(violation -> out.println("NOT HELD: " + promise + ": " + violation));
            if (found.size() > SHOWN) {
                out.println("  and " + (found.size() - SHOWN) + " more");
            }
        });
    }
}
