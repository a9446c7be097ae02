package io.attune.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

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
        overlong = false;
        if (!hasMore()) {
            return null;
        }
        number++;
        ByteArrayOutputStream begun = null; // the line's bytes in earlier buffers
        while (hasMore()) {
            int start = position;
            while (position < filled && buffer[position] != '\n') {
                position++;
            }
            int before = begun == null ? 0 : begun.size();
            int kept = Math.min(position - start, maxBytes - before);
            overlong |= kept < position - start;
            boolean whole = position < filled;
            if (whole) {
                position++;
                if (begun == null) {
                    return Arrays.copyOfRange(buffer, start, start + kept);
                }
            }
            begun = begun == null ? new ByteArrayOutputStream(2 * kept) : begun;
            begun.write(buffer, start, kept);
            if (whole) {
                break;
            }
        }
        return begun.toByteArray();
    }

    /** The byte that the next line begins with, or -1 at the end. */
    int following() throws IOException {
        return hasMore() ? buffer[position] & 0xFF : -1;
    }

    private boolean hasMore() throws IOException {
        if (position == filled && !ended) {
            filled = Math.max(in.read(buffer), 0);
            position = 0;
            ended = filled == 0;
        }
        return !ended;
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
