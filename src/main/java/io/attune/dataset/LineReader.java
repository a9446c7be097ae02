package io.attune.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Cuts a stream into lines at {@code \n}, holding one line at a time and of an overlong one only its first bytes. */
final class LineReader {

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private int number;
    private boolean overlong;
    private boolean ended;

    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** The next line without its {@code \n}, or null at the end. */
    byte[] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        overlong = false;
        boolean any = false;
        while (!ended) {
            if (position == filled) {
                filled = Math.max(in.read(buffer), 0);
                position = 0;
                if (filled == 0) {
                    ended = true;
                    break;
                }
            }
            any = true;
            int end = position;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            int length = end - position;
            int kept = Math.min(length, maxBytes - line.size());
            line.write(buffer, position, kept);
            overlong |= kept < length;
            boolean newline = end < filled;
            position = newline ? end + 1 : end;
            if (newline) {
                number++;
                return line.toByteArray();
            }
        }
        if (!any) {
            return null;
        }
        number++;
        return line.toByteArray();
    }

    /** 1-based number of the line that {@link #next} gave last. */
    int number() {
        return number;
    }

    /** Whether the line that {@link #next} gave last was longer than allowed. */
    boolean overlong() {
        return overlong;
    }
}
