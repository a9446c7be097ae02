package io.attune.file;

import io.attune.api.ApiException;
import io.attune.checksum.Digests;
import io.attune.storage.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes one file from the parts of an upload. Every refusal says that the upload is still pending, and which calls
 * are possible.
 */
final class Assembly {

    private static final String STILL_PENDING =
            "The upload is still pending: complete it with other parts, add further ones, or cancel it.";

    private Assembly() {}

    /**
     * Returns the parts with these ids, in the order of the ids.
     *
     * @throws ApiException if a part is missing, or if the parts together do not have the size of the upload
     */
    static List<Uploads.Part> choose(Upload upload, List<Uploads.Part> received, List<String> ids) {
        Map<String, Uploads.Part> byId =
                received.stream().collect(Collectors.toMap(Uploads.Part::id, Function.identity()));
        List<Uploads.Part> parts = IntStream.range(0, ids.size())
                .mapToObj(i -> {
                    Uploads.Part part = byId.get(ids.get(i));
                    if (part == null) {
                        throw ApiException.invalidValue(
                                "part_ids[" + i + "]",
                                "'part_ids[" + i + "]' is no part of this upload: " + ids.get(i) + ". "
                                        + STILL_PENDING);
                    }
                    return part;
                })
                .toList();
        long bytes = parts.stream().mapToLong(Uploads.Part::bytes).sum();
        if (bytes != upload.bytes()) {
            throw ApiException.invalidValue(
                    "part_ids",
                    "The parts have " + bytes + " bytes together, but the upload was created for a file of "
                            + upload.bytes() + " bytes. " + STILL_PENDING);
        }
        return parts;
    }

    /**
     * Reads the parts once: for the store, for the checksum and for the rows. The caller closes the result.
     *
     * @param md5 32 lower-case hexadecimal digits that the file must have, or null
     * @throws ApiException if the file has another checksum, or if a row is invalid
     */
    static IncomingRows of(List<Uploads.Part> parts, String md5, BlobStore blobs, RowsReceiver receiver)
            throws IOException {
        MessageDigest digest = Digests.md5();
        try (InputStream bytes = new DigestInputStream(new SequenceInputStream(streams(parts, blobs)), digest)) {
            IncomingRows rows = receiver.receive(bytes);
            try {
                String found = Digests.hex(digest);
                if (md5 != null && !md5.equals(found)) {
                    throw ApiException.invalidValue(
                            "md5",
                            "The parts make a file whose MD5 is " + found + ", not " + md5 + " as 'md5' says. "
                                    + STILL_PENDING);
                }
                rows.finish(STILL_PENDING);
                return rows;
            } catch (IOException | RuntimeException e) {
                rows.close();
                throw e;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Opens each part only after the part before it has ended. */
    private static Enumeration<InputStream> streams(List<Uploads.Part> parts, BlobStore blobs) {
        Iterator<Uploads.Part> left = parts.iterator();
        return new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return left.hasNext();
            }

            @Override
            public InputStream nextElement() {
                try {
                    return blobs.open(left.next().blob());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
