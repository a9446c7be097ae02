package io.attune.checksum;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** SHA-256 of bytes that come one part after the other. */
public final class Sha256 {

    private final MessageDigest digest = Digests.sha256();

    public static String of(byte[] bytes) {
        return new Sha256().add(bytes).hex();
    }

    public static String of(Path file) throws IOException {
        return of(file, () -> {});
    }

    /** @param meanwhile called after each MiB */
    public static String of(Path file, Runnable meanwhile) throws IOException {
        Sha256 checksum = new Sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                meanwhile.run();
                checksum.digest.update(buffer, 0, n);
            }
        }
        return checksum.hex();
    }

    public Sha256 add(byte... bytes) {
        digest.update(bytes);
        return this;
    }

    public Sha256 add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** In lower-case hexadecimal digits. */
    public String hex() {
        return Digests.hex(digest);
    }
}
