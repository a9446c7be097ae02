package io.attune.tales;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the text files of this package, without comments and empty lines. */
final class TalesText {

    private TalesText() {}

    static List<String> lines(String name) {
        try (InputStream in = TalesText.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource io/attune/tales/" + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
