package io.attune.storage;

import io.attune.checksum.Digests;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Hashes bytes as they are read. Returns the last byte only if all bytes have the checksum, so a copy of altered
 * bytes is never complete.
 */
final class VerifiedStream extends FilterInputStream {

    private final MessageDigest digest = Digests.sha256();
    private final Blob expected;
    private long left;

    /** @param expected the bytes of {@code in} from here to its end */
    VerifiedStream(InputStream in, Blob expected) throws IOException {
        super(in);
        this.expected = expected;
        this.left = expected.size();
        if (left == 0) {
            verify();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0 || left == 0) {
            return length == 0 ? 0 : -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new AlteredBlobException(expected.sha256()); // shorter than the stored bytes
        }
        digest.update(target, offset, count);
        left -= count;
        if (left == 0) {
            verify();
        }
        return count;
    }

    /** Reads instead of skipping, because skipped bytes have to be verified too. */
    @Override
    public long skip(long count) throws IOException {
        byte[] passed = new byte[(int) Math.min(1 << 16, Math.max(count, 0))];
        return Math.max(read(passed, 0, passed.length), 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() throws IOException {
        if (!Digests.hex(digest).equals(expected.sha256())) {
            throw new AlteredBlobException(expected.sha256());
        }
    }
}
