package io.attune.process;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Searches the output of a process for the message of Rust's runtime about a failed allocation. The tokenizers are
 * written in Rust; their runtime prints this message before it aborts the process.
 */
final class AllocationWatch extends FilterInputStream {

    private static final Pattern FAILED = Pattern.compile("memory allocation of \\d+ bytes failed");

    /** Maximum length of the message, in characters: the number has at most 20 digits. */
    private static final int LONGEST = 64;

    private String end = "";
    private volatile boolean seen;

    AllocationWatch(InputStream printed) {
        super(printed);
    }

    /** Whether the part of the stream that was read contains the message. */
    boolean seen() {
        return seen;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count > 0) {
            String text = end + new String(target, offset, count, StandardCharsets.ISO_8859_1);
            seen |= FAILED.matcher(text).find();
            end = text.substring(Math.max(0, text.length() - LONGEST));
        }
        return count;
    }
}
