package io.attune.dataset;

import io.attune.json.HeapShare;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines at {@code \n}, holding one line at a time and of an overlong one only its first bytes. It has taken the heap for the
 * line that it gave last and for the values that are read from it.
 */
final class LineReader implements Closeable {

    /** Heap bytes of the longest line's bytes, text and characters, in all the forms they pass through. */
    private static final int COPIES = 6;

    /** Heap bytes of a value at most: an object with its first member's entry, table and name. */
    private static final int PER_VALUE = 250;

    private final InputStream in;
    private final int maxBytes;
    private final HeapShare heap;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private int number;
    private boolean overlong;
    private boolean ended;
    private HeapShare.Lease lease;

    LineReader(InputStream in, int maxBytes, HeapShare heap) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.heap = heap;
    }

    /**
     * The next line without its {@code \n}, or null at the end.
     *
     * @throws HeapShare.Exhausted when there is no room for it
     */
    byte[] next() throws IOException {
        close();
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
                    lease = heap.take((long) kept * HeapShare.PER_BYTE);
                    return Arrays.copyOfRange(buffer, start, start + kept);
                }
            }
            if (begun == null) {
                // how long it will be is not known, and to ask for more later could wait for others that do the same
                lease = heap.take((long) maxBytes * COPIES + (long) RowReader.MAX_VALUES * PER_VALUE);
                begun = new ByteArrayOutputStream(2 * kept);
            }
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

    /** Gives the heap back: the line that was given last, and what was read from it, is not needed any more. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
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
