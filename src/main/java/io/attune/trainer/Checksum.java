package io.attune.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes that arrive in parts. */
final class Checksum {

    private final MessageDigest digest;

    Checksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(byte[] bytes) {
        return new Checksum().add(bytes).hex();
    }

    /** @param meanwhile called before each part of the file */
    static String of(Path file, Runnable meanwhile) throws IOException {
        Checksum checksum = new Checksum();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                meanwhile.run();
                checksum.digest.update(buffer, 0, n);
            }
        }
        return checksum.hex();
    }

    Checksum add(byte... bytes) {
        digest.update(bytes);
        return this;
    }

    Checksum add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Returns the checksum in lower case. No bytes can be added afterwards. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
