package io.attune.dataset;

import io.attune.json.HeapShare;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines at {@code \n}. Holds one line at a time. Of a line that is too long, it holds only the
 * first bytes. Until the next call, it also holds the heap share for the last line and the values in it.
 */
final class LineReader implements Closeable {

    /** Heap bytes for each byte of the longest line: its bytes, text and characters, in all their forms. */
    private static final int COPIES = 6;

    /** The most heap bytes for one value: an object with the entry, table and name of its first member. */
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
     * Reads the next line, without its {@code \n}. Gives null at the end.
     *
     * @throws HeapShare.Exhausted if the heap for the line does not become free in time
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
                // The length of the line is not known yet. A later request for more heap could form a deadlock with
                // other readers.
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

    /** The first byte of the next line, or -1 at the end. */
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

    /** Gives the heap back. The caller no longer needs the last line and its values. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /** The number of the last line, counted from 1. */
    int number() {
        return number;
    }

    /** Whether the last line was too long. */
    boolean overlong() {
        return overlong;
    }
}
