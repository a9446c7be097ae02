package io.attune.checksum;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digests that every Java platform has. */
public final class Digests {

    private Digests() {}

    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    /** What git names a blob by. */
    public static MessageDigest sha1() {
        return digest("SHA-1");
    }

    /** What S3 and OpenAI's uploads check a transfer by. */
    public static MessageDigest md5() {
        return digest("MD5");
    }

    /** The checksum in lower-case hexadecimal digits; the digest starts anew. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
