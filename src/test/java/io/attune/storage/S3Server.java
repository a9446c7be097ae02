package io.attune.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * S3Proxy with one bucket, in memory. It can be stopped and restarted on the same port, and runs a test's code at
 * some calls.
 */
public final class S3Server implements AutoCloseable {

    public static final String BUCKET = "artifacts";
    public static final String ACCESS_KEY = "access-key-of-the-tests";
    public static final String SECRET_KEY = "secret-key-of-the-tests";

    private final BlobStore memory = new TransientNio2BlobStore();
    private final BlobStore watched = new Watched(memory);
    private final AtomicInteger gets = new AtomicInteger();
    private volatile Runnable beforePart = () -> {};
    private volatile Runnable amidGet = () -> {};
    private S3Proxy proxy;
    private int port;

    public S3Server() {
        memory.createContainer(CreateBucketRequest.builder().bucket(BUCKET).build());
        start();
        // the SDK's default chain looks here first
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
    }

    public void start() {
        try {
            proxy = S3Proxy.builder()
                    .blobStore(watched)
                    .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                    .endpoint(URI.create("http://127.0.0.1:" + port))
                    .v4MaxNonChunkedRequestSize(64 << 20)
                    .stopTimeout(0)
                    .build();
            proxy.start();
            port = proxy.getPort();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the server and breaks running calls off. */
    public void stop() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Returns the keys of all objects. */
    public List<String> keys() {
        return memory
                .list(ListObjectsV2Request.builder()
                        .bucket(BUCKET)
                        .maxKeys(1000)
                        .build())
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    void put(String key, byte[] bytes) {
        memory.putBlob(
                PutObjectRequest.builder()
                        .bucket(BUCKET)
                        .key(key)
                        .contentLength((long) bytes.length)
                        .build(),
                new ByteArrayInputStream(bytes));
    }

    int unfinishedUploads() {
        return memory.listMultipartUploads(BUCKET).size();
    }

    /** Returns how often bytes were requested. */
    int gets() {
        return gets.get();
    }

    void beforePart(Runnable happens) {
        beforePart = happens;
    }

    /** Runs code after the first bytes of an object were read. */
    void amidGet(Runnable happens) {
        amidGet = happens;
    }

    @Override
    public void close() {
        stop();
        memory.close();
    }

    private final class Watched extends ForwardingBlobStore {

        Watched(BlobStore delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // the memory outlives the server
        }

        @Override
        public UploadPartResponse uploadMultipartPart(
                MultipartUpload upload, UploadPartRequest request, InputStream bytes) {
            beforePart.run();
            return super.uploadMultipartPart(upload, request, bytes);
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
            gets.incrementAndGet();
            ResponseInputStream<GetObjectResponse> found = super.getBlob(request);
            return new ResponseInputStream<>(found.response(), new InputStream() {
                private long sent;

                @Override
                public int read() throws IOException {
                    sent++;
                    return found.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    if (sent > 1 << 20) {
                        amidGet.run();
                    }
                    int count = found.read(target, offset, length);
                    sent += Math.max(count, 0);
                    return count;
                }

                @Override
                public void close() throws IOException {
                    found.close();
                }
            });
        }
    }
}
