package io.attune.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.AbstractResource;

/**
 * Bytes of the artifact store in the form that Spring sends. Bytes that are skipped before the first read, as for a
 * range, are not fetched.
 */
final class BlobResource extends AbstractResource {

    private final ArtifactStore store;
    private final String sha256;
    private final long size;

    BlobResource(ArtifactStore store, String sha256, long size) {
        this.store = store;
        this.sha256 = sha256;
        this.size = size;
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public long contentLength() {
        return size;
    }

    @Override
    public String getDescription() {
        return "blob " + sha256;
    }

    @Override
    public InputStream getInputStream() {
        return new FilterInputStream(null) {
            private long skipped;

            private InputStream opened() throws IOException {
                if (in == null) {
                    in = skipped > 0 && skipped == size ? InputStream.nullInputStream() : store.open(sha256, skipped);
                }
                return in;
            }

            @Override
            public long skip(long count) throws IOException {
                if (in != null) {
                    return in.skip(count);
                }
                long passed = Math.max(0, Math.min(count, size - skipped));
                skipped += passed;
                return passed;
            }

            @Override
            public int read() throws IOException {
                return opened().read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return opened().read(target, offset, length);
            }

            @Override
            public int available() throws IOException {
                return in == null ? 0 : in.available();
            }

            @Override
            public boolean markSupported() {
                return false;
            }

            @Override
            public void close() throws IOException {
                if (in != null) {
                    in.close();
                }
            }
        };
    }
}
