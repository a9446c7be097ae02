package io.attune.storage;

import io.attune.checksum.Digests;
import java.util.HexFormat;

/** The blob that bytes are to become. */
final class BlobBytes {

    private BlobBytes() {}

    static Blob of(byte[] bytes) {
        return new Blob(HexFormat.of().formatHex(Digests.sha256().digest(bytes)), bytes.length);
    }
}
