package io.attune.storage;

import io.attune.checksum.Digests;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Uploads a file to a bucket, in one request or in parts one after the other. Each request is streamed from the
 * file, with an MD5 that the store checks. The object appears only if the sent bytes have the file's original
 * checksum.
 *
 * <p>The SDK's own multipart uploads are asynchronous and need another HTTP client. This class needs only the
 * memory of a buffer.
 */
final class S3Upload {

    private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

    private static final int MOST_PARTS = 10_000;
    private static final int BUFFER = 1 << 16;

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final long partSize;

    /** @param partSize bytes of a part; parts are larger if there would be too many */
    S3Upload(S3Client s3, String bucket, String key, long partSize) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.partSize = partSize;
    }

    /** @throws AlteredBlobException if the file has changed since it was written */
    void send(Blob blob, Path file) throws IOException {
        MessageDigest whole = Digests.sha256();
        if (blob.size() <= partSize) {
            Part all = new Part(file, 0, blob.size());
            String md5 = all.md5(whole);
            verify(whole, blob);
            s3.putObject(request -> request.bucket(bucket).key(key).contentMD5(md5), all.body());
            return;
        }
        String upload = s3.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
        try {
            List<CompletedPart> parts = sendParts(blob, file, upload, whole);
            verify(whole, blob);
            complete(upload, parts);
        } catch (IOException | RuntimeException e) {
            abort(upload);
            throw e;
        }
    }

    private List<CompletedPart> sendParts(Blob blob, Path file, String upload, MessageDigest whole) throws IOException {
        long length = Math.max(partSize, (blob.size() + MOST_PARTS - 1) / MOST_PARTS);
        List<CompletedPart> sent = new ArrayList<>();
        for (long offset = 0; offset < blob.size(); offset += length) {
            Part part = new Part(file, offset, Math.min(length, blob.size() - offset));
            int number = sent.size() + 1;
            String md5 = part.md5(whole);
            String tag = s3.uploadPart(
                            request -> request.bucket(bucket)
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .contentMD5(md5),
                            part.body())
                    .eTag();
            sent.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        return sent;
    }

    private void complete(String upload, List<CompletedPart> parts) {
        try {
            s3.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(upload).multipartUpload(whole -> whole.parts(parts)));
        } catch (NoSuchUploadException e) {
            // an answer was lost and the call was repeated: the caller checks that the object exists
            log.debug("{}: the upload is already complete, or was aborted", key);
        }
    }

    private void abort(String upload) {
        boolean interrupted = Thread.interrupted(); // an interrupted thread could not call the SDK
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            log.warn("{}: its parts could not be deleted, and a later sweep deletes them: {}", key, e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void verify(MessageDigest sent, Blob blob) throws IOException {
        if (!Digests.hex(sent).equals(blob.sha256())) {
            throw new AlteredBlobException(blob.sha256());
        }
    }

    /** A section of a file. */
    private record Part(Path file, long offset, long length) {

        /** @param whole also gets the bytes */
        String md5(MessageDigest whole) throws IOException {
            MessageDigest md5 = Digests.md5();
            byte[] buffer = new byte[BUFFER];
            try (InputStream in = open()) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    md5.update(buffer, 0, count);
                    whole.update(buffer, 0, count);
                }
            }
            return Base64.getEncoder().encodeToString(md5.digest());
        }

        /** Returns a body that is opened again for each attempt. */
        RequestBody body() {
            return RequestBody.fromContentProvider(
                    () -> {
                        try {
                            return new BufferedInputStream(open(), BUFFER);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    length,
                    "application/octet-stream");
        }

        private InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            InputStream rest = Channels.newInputStream(channel.position(offset));
            return new FilterInputStream(rest) {
                private long left = length;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] target, int at, int most) throws IOException {
                    if (left == 0) {
                        return -1;
                    }
                    int count = in.read(target, at, (int) Math.min(most, left));
                    left -= Math.max(count, 0);
                    return count;
                }

                @Override
                public boolean markSupported() {
                    return false;
                }
            };
        }
    }
}
