package io.attune.hub;

import io.attune.checksum.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Supplier;

/**
 * The checksum that the Hub lists for a file. For large files (those of Git LFS) it is the SHA-256 of the bytes. For
 * other files it is git's name of the blob: the SHA-1 of {@code "blob SIZE\0"} and the bytes.
 *
 * @param hex in lower case
 */
record Checksum(Kind kind, String hex) {

    private static final int BUFFER = 1 << 20;

    enum Kind {
        SHA256(Digests::sha256, 64),
        GIT_BLOB(Digests::sha1, 40);

        private final Supplier<MessageDigest> digest;
        private final int digits;

        Kind(Supplier<MessageDigest> digest, int digits) {
            this.digest = digest;
            this.digits = digits;
        }
    }

    Checksum {
        if (!hex.matches("[0-9a-f]{" + kind.digits + "}")) {
            throw new IllegalArgumentException(hex + " is no checksum of kind " + kind);
        }
    }

    /** Starts a digest for a file of this size in bytes. */
    MessageDigest start(long size) {
        MessageDigest digest = kind.digest.get();
        if (kind == Kind.GIT_BLOB) {
            digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        return digest;
    }

    /** Digests the bytes from a channel's position to its end, for a file of this size in bytes. */
    MessageDigest read(FileChannel channel, long size) throws IOException {
        MessageDigest digest = start(size);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        return digest;
    }

    boolean is(MessageDigest digest) {
        return Digests.hex(digest).equals(hex);
    }
}
