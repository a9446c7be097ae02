package io.attune.file;

import io.attune.api.ApiException;
import java.nio.charset.StandardCharsets;

/**
 * Cleans the names of files that clients give. The service shows these names and sends them back, but never uses them
 * as paths.
 */
final class Filename {

    private static final int LONGEST = 255;

    private Filename() {}

    /**
     * Returns the name without folders and control characters. Keeps only the last 255 characters of a longer name.
     * Returns "" if nothing is left.
     *
     * @param param the parameter that holds the name
     * @throws ApiException if the name holds a NUL character, which the database cannot store
     */
    static String plain(String name, String param) {
        if (name.indexOf('\0') >= 0) {
            throw withNul(param);
        }
        String plain = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
        String end = plain.length() <= LONGEST ? plain : plain.substring(plain.length() - LONGEST);
        return new String(end.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8); // a lone surrogate becomes '?'
    }

    static ApiException withNul(String param) {
        return ApiException.invalidValue(param, "The filename holds a NUL character. Leave it out.");
    }
}
