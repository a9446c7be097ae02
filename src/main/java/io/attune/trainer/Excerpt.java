package io.attune.trainer;

import io.attune.dataset.RowReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A few lines of a JSONL file in their order, without blank lines. The stream replaces all other lines by blank
 * lines, so rows keep their line numbers.
 *
 * @param more whether the file continues after these lines
 */
record Excerpt(List<Line> lines, boolean more) {

    /** @param bytes without the end of the line; an overlong line is cut after the maximum length */
    record Line(int number, byte[] bytes) {

        /** Returns a file with only this line. */
        InputStream stream() {
            return Excerpt.stream(List.of(this));
        }
    }

    /**
     * Reads the line {@code line} (1-based). If {@code line} is 0, reads the first {@code count} lines. The result
     * is empty if there is no such line.
     */
    static Excerpt read(Path file, int line, int count) throws IOException {
        int wanted = line == 0 ? count : 1;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            List<Line> lines = new ArrayList<>();
            boolean goesOn = true;
            int number = 1;
            for (; goesOn && number < line; number++) {
                goesOn = skip(in);
            }
            for (; goesOn && lines.size() < wanted && (line == 0 || number == line); number++) {
                var bytes = new ByteArrayOutputStream();
                goesOn = read(in, bytes);
                if (!bytes.toString(StandardCharsets.ISO_8859_1).matches("[ \\t\\r]*+")) {
                    lines.add(new Line(number, bytes.toByteArray()));
                }
            }
            return new Excerpt(List.copyOf(lines), goesOn && hasMore(in));
        }
    }

    /** Returns a file with only these lines. */
    InputStream stream() {
        return stream(lines);
    }

    private static InputStream stream(List<Line> lines) {
        List<InputStream> parts = new ArrayList<>();
        int number = 1;
        for (Line line : lines) {
            byte[] blank = new byte[line.number() - number];
            Arrays.fill(blank, (byte) '\n');
            parts.add(new ByteArrayInputStream(blank));
            parts.add(new ByteArrayInputStream(line.bytes()));
            number = line.number();
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    /** @return whether another line follows */
    private static boolean skip(InputStream in) throws IOException {
        int b = in.read();
        while (b >= 0 && b != '\n') {
            b = in.read();
        }
        return b >= 0;
    }

    /** @return whether another line follows */
    private static boolean read(InputStream in, ByteArrayOutputStream line) throws IOException {
        int b = in.read();
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() <= RowReader.MAX_LINE_BYTES) {
                line.write(b);
            }
        }
        return b >= 0;
    }

    private static boolean hasMore(InputStream in) throws IOException {
        int b = in.read();
        while (b >= 0 && Character.isWhitespace(b)) {
            b = in.read();
        }
        return b >= 0;
    }
}
