package io.attune.file;

import io.attune.api.ApiException;
import java.nio.charset.StandardCharsets;

/** Names of files, as clients give them. They are shown and sent back, never used as paths. */
final class Filename {

    private static final int LONGEST = 255;

    private Filename() {}

    /**
     * The name without folders and control characters, its end if it is long; "" if nothing is left.
     *
     * @param param where the client wrote it
     * @throws ApiException when it holds what the database's text cannot
     */
    static String plain(String name, String param) {
        if (name.indexOf('\0') >= 0) {
            throw withNul(param);
        }
        String plain = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
        String end = plain.length() <= LONGEST ? plain : plain.substring(plain.length() - LONGEST);
        return new String(end.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8); // half a character becomes '?'
    }

    static ApiException withNul(String param) {
        return ApiException.invalidValue(param, "The filename holds a NUL character. Leave it out.");
    }
}
