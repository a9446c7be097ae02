package io.attune.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An artifact store in a bucket, for services on many machines: {@code prefix/blobs/ab/abcd...}. An object appears
 * whole or not at all. It is uploaded before it becomes visible.
 */
final class S3Store implements ArtifactStore {

    private static final Logger log = LoggerFactory.getLogger(S3Store.class);

    /** Bytes of one request. At 1 MB/s, a request stays well within its time limit. */
    private static final long PART_SIZE = 16L << 20;

    /** Limit for calls during which a database connection is held. */
    private static final Duration SHORT = Duration.ofSeconds(15);

    private final S3Client s3;
    private final String bucket;
    private final String prefix;
    private final String blobs;
    private final long partSize;
    private final Path incoming;
    private final LocalCache cache;

    /**
     * @param prefix prefix of all keys: empty, or it ends with a slash
     * @param partSize in bytes; longer files are uploaded in parts of this size
     * @param incoming a folder of this service
     */
    S3Store(S3Client s3, String bucket, String prefix, long partSize, Path incoming, LocalCache cache) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
        this.blobs = prefix + "blobs/";
        this.partSize = partSize;
        this.incoming = incoming;
        this.cache = cache;
    }

    /** @param cache null if local files are not needed */
    static S3Store of(StoreSetting.Bucket bucket, S3Settings settings, Path incoming, LocalCache cache) {
        return new S3Store(settings.client(), bucket.name(), bucket.prefix(), PART_SIZE, incoming, cache);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }

    /**
     * @throws StorageException if the bucket does not exist or access is denied. An unavailable store does not
     *     throw, because it may come back
     */
    void check() {
        try {
            s3.headBucket(request -> request.bucket(bucket).overrideConfiguration(call -> call.apiCallTimeout(SHORT)));
        } catch (S3Exception e) {
            if (e.statusCode() < 500) {
                throw new StorageException(
                        "The artifact store s3://" + bucket + " cannot be used: "
                                + (e.statusCode() == 404 ? "there is no such bucket" : "it says " + e.statusCode())
                                + ".",
                        "Check ATTUNE_STORE, ATTUNE_S3_ENDPOINT, ATTUNE_S3_REGION and the credentials"
                                + " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY). The bucket has to exist already.");
            }
            log.warn("the artifact store s3://{} does not answer yet: {}", bucket, e.getMessage());
        } catch (SdkException e) {
            log.warn("the artifact store s3://{} does not answer yet: {}", bucket, e.getMessage());
        }
    }

    @Override
    public Path incoming() {
        return incoming;
    }

    /** Uploads the bytes even if the store has them. This renews their age and repairs altered bytes. */
    @Override
    public void prepare(Blob blob, Path file) throws IOException {
        String key = key(blob.sha256());
        ask(key, () -> {
            new S3Upload(s3, bucket, key, partSize).send(blob, file);
            return null;
        });
    }

    @Override
    public void keep(Blob blob, Path file) throws IOException {
        if (isThere(blob)) {
            return;
        }
        log.info("{} was deleted by a sweep after its upload, and is uploaded again", blob.sha256());
        prepare(blob, file);
        if (!isThere(blob)) {
            throw new StoreUnavailableException(
                    "the artifact store took " + key(blob.sha256()) + " but does not have it", null);
        }
    }

    private boolean isThere(Blob blob) throws IOException {
        try {
            return size(blob.sha256()) == blob.size();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public InputStream open(String sha256, long offset) throws IOException {
        String key = key(sha256);
        ResponseInputStream<GetObjectResponse> bytes = ask(
                key,
                () -> s3.getObject(request ->
                        request.bucket(bucket).key(key).range(offset == 0 ? null : "bytes=" + offset + "-")));
        InputStream object = new ObjectStream(bytes, key);
        return offset == 0
                ? new VerifiedStream(object, new Blob(sha256, bytes.response().contentLength()))
                : object;
    }

    @Override
    public long size(String sha256) throws IOException {
        String key = key(sha256);
        return ask(
                key,
                () -> s3.headObject(request -> request.bucket(bucket)
                                .key(key)
                                .overrideConfiguration(call -> call.apiCallTimeout(SHORT)))
                        .contentLength());
    }

    @Override
    public Path local(String sha256) throws IOException {
        return cache.get(sha256, () -> size(sha256), () -> open(sha256, 0));
    }

    @Override
    public void delete(String sha256) throws IOException {
        String key = key(sha256);
        ask(
                key,
                () -> s3.deleteObject(request ->
                        request.bucket(bucket).key(key).overrideConfiguration(call -> call.apiCallTimeout(SHORT))));
    }

    @Override
    public List<String> keptBefore(Instant time) throws IOException {
        return ask(
                blobs,
                () -> s3
                        .listObjectsV2Paginator(
                                request -> request.bucket(bucket).prefix(blobs))
                        .contents()
                        .stream()
                        .filter(object -> object.lastModified().isBefore(time))
                        .map(S3Object::key)
                        .map(key -> key.substring(key.lastIndexOf('/') + 1))
                        .toList());
    }

    @Override
    public Optional<String> marker() throws IOException {
        String key = prefix + FolderStore.MARKER;
        try {
            return Optional.of(ask(
                    key,
                    () -> s3.getObjectAsBytes(request -> request.bucket(bucket)
                                    .key(key)
                                    .overrideConfiguration(call -> call.apiCallTimeout(SHORT)))
                            .asUtf8String()
                            .strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void mark(String id) throws IOException {
        String key = prefix + FolderStore.MARKER;
        ask(
                key,
                () -> s3.putObject(
                        request -> request.bucket(bucket)
                                .key(key)
                                .overrideConfiguration(call -> call.apiCallTimeout(SHORT)),
                        RequestBody.fromString(id + "\n")));
    }

    @Override
    public void sweepUnfinished(Instant before) throws IOException {
        FolderStore.deleteOlderThan(before, incoming);
        cache.sweepUnfinished(before);
        List<MultipartUpload> old =
                ask(
                        blobs,
                        () -> s3
                                .listMultipartUploadsPaginator(
                                        request -> request.bucket(bucket).prefix(blobs))
                                .uploads()
                                .stream()
                                .filter(upload -> upload.initiated().isBefore(before))
                                .toList());
        for (MultipartUpload upload : old) {
            ask(upload.key(), () -> {
                try {
                    return s3.abortMultipartUpload(
                            request -> request.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
                } catch (NoSuchUploadException e) {
                    return null; // another service was faster
                }
            });
        }
    }

    private String key(String sha256) {
        return blobs + sha256.substring(0, 2) + "/" + sha256;
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    private static <T> T ask(String key, Question<T> question) throws IOException {
        try {
            return question.ask();
        } catch (NoSuchKeyException e) {
            throw new NoSuchFileException(key, null, "not in the artifact store");
        } catch (SdkException e) {
            if (e instanceof AbortedException) {
                Thread.currentThread().interrupt();
            }
            throw new StoreUnavailableException("the artifact store does not answer: " + e.getMessage(), e);
        }
    }

    /**
     * Bytes that arrive from the store. Reports a broken transfer as {@link StoreUnavailableException}. Does not
     * wait for bytes that are no longer needed.
     */
    private static final class ObjectStream extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> bytes;
        private final String key;
        private boolean ended;

        ObjectStream(ResponseInputStream<GetObjectResponse> bytes, String key) {
            super(bytes);
            this.bytes = bytes;
            this.key = key;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = ask(key, () -> {
                try {
                    return bytes.read(target, offset, length);
                } catch (IOException e) {
                    throw new StoreUnavailableException(
                            "the artifact store broke off while it sent " + key + ": " + e.getMessage(), e);
                }
            });
            ended |= count < 0;
            return count;
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                bytes.close();
            } else {
                bytes.abort(); // closing would read the rest
            }
        }
    }
}
