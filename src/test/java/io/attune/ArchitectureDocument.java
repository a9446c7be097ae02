package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tables of docs/architecture.md, for tests that hold the code to them. */
final class ArchitectureDocument {

    private static final Path FILE = Path.of("docs/architecture.md");

    private ArchitectureDocument() {}

    /**
     * The rows of the table in a section.
     *
     * @param heading begins the section's heading, such as {@code Packages}
     * @return the cells of each row, without backticks
     */
    static List<List<String>> rows(String heading) {
        List<List<String>> rows = lines().stream()
                .dropWhile(line -> !line.startsWith("## " + heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("|"))
                .skip(2) // head and rule
                .map(ArchitectureDocument::cells)
                .toList();
        assertThat(rows).as("rows of the table \"" + heading + "\"").hasSizeGreaterThan(10);
        return rows;
    }

    /** Names that a cell lists. {@code –} stands for none, and parentheses hold remarks. */
    static List<String> names(String cell) {
        return Arrays.stream(cell.replaceAll("\\([^)]*\\)", "").split("[,;]"))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.equals("–"))
                .toList();
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1).split("\\|"))
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
