package io.attune.storage;

import io.attune.checksum.Digests;
import java.util.HexFormat;

/** Computes the blob of bytes that are not stored yet. */
final class BlobBytes {

    private BlobBytes() {}

    static Blob of(byte[] bytes) {
        return new Blob(HexFormat.of().formatHex(Digests.sha256().digest(bytes)), bytes.length);
    }
}
