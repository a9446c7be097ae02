package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The failures that only a bucket can have. */
class S3StoreTest {

    private final StoreUnderTest.Bucket bucket = StoreUnderTest.Bucket.start();
    private final S3Server server = bucket.server();

    @TempDir
    private Path temporary;

    @AfterEach
    void stop() {
        bucket.close();
    }

    @Test
    void anUploadThatTearsIsNeverSeenAndLeavesNoParts() throws IOException {
        ArtifactStore store = bucket.open(temporary.resolve("one"));
        Path file = file(12 << 20);
        AtomicInteger parts = new AtomicInteger();
        server.beforePart(() -> {
            if (parts.incrementAndGet() > 1) {
                throw new IllegalStateException("out of order");
            }
        });
        Blob blob = BlobBytes.of(Files.readAllBytes(file));
        assertThatThrownBy(() -> store.prepare(blob, file)).isInstanceOf(StoreUnavailableException.class);
        assertThat(server.keys()).isEmpty();
        assertThat(server.unfinishedUploads()).isZero();
        assertThat(parts.get()).as("tried again").isGreaterThan(2);
    }

    @Test
    void aPartThatFailsOnceIsSentAgain() throws IOException {
        ArtifactStore store = bucket.open(temporary.resolve("one"));
        Path file = file(12 << 20);
        AtomicInteger parts = new AtomicInteger();
        server.beforePart(() -> {
            if (parts.incrementAndGet() == 2) {
                throw new IllegalStateException("out of order for a moment");
            }
        });
        Blob blob = BlobBytes.of(Files.readAllBytes(file));
        store.prepare(blob, file);
        assertThat(Files.mismatch(store.local(blob.sha256()), file)).isEqualTo(-1);
    }

    /**
     * A service that dies, or a store that goes away in the middle of an upload, leaves parts that cannot be
     * deleted then.
     */
    @Test
    void partsThatAreLeftInTheStoreAreSweptAfterAnHour() throws IOException {
        ArtifactStore store = bucket.open(temporary.resolve("one"));
        Path file = file(12 << 20);
        Blob blob = BlobBytes.of(Files.readAllBytes(file));
        AtomicInteger parts = new AtomicInteger();
        server.beforePart(() -> {
            if (parts.incrementAndGet() == 2) {
                new Thread(server::stop).start(); // it waits for this very request
                throw new IllegalStateException("going down");
            }
        });
        assertThatThrownBy(() -> store.prepare(blob, file)).isInstanceOf(StoreUnavailableException.class);
        server.beforePart(() -> {});
        server.start();
        assertThat(server.unfinishedUploads()).isOne();
        store.sweepUnfinished(Instant.now().minus(Duration.ofHours(1)));
        assertThat(server.unfinishedUploads()).isOne();
        store.sweepUnfinished(Instant.now().plus(Duration.ofHours(1)));
        assertThat(server.unfinishedUploads()).isZero();
        store.prepare(blob, file);
        assertThat(store.size(blob.sha256())).isEqualTo(blob.size());
    }

    @Test
    void aStoreThatGoesAwayInTheMiddleOfAReadIsSaidToBeAway() throws IOException {
        ArtifactStore store = bucket.open(temporary.resolve("one"));
        Path file = file(60 << 20);
        Blob blob = BlobBytes.of(Files.readAllBytes(file));
        store.prepare(blob, file);
        server.amidGet(() -> {
            throw new IllegalStateException("going down");
        });
        assertThatThrownBy(() -> store.local(blob.sha256())).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> {
                    try (InputStream in = store.open(blob.sha256(), 5)) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                })
                .isInstanceOf(StoreUnavailableException.class);
        try (var left = Files.walk(temporary.resolve("one"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        server.amidGet(() -> {});
        assertThat(Files.mismatch(store.local(blob.sha256()), file)).isEqualTo(-1);
    }

    @Test
    void aFileThatChangedSinceItWasHashedIsNotUploaded() throws IOException {
        ArtifactStore store = bucket.open(temporary.resolve("one"));
        for (int size : new int[] {1000, 12 << 20}) {
            Path file = file(size);
            Blob blob = BlobBytes.of(Files.readAllBytes(file));
            byte[] other = Files.readAllBytes(file);
            other[size / 2] ^= 1;
            Files.write(file, other);
            assertThatThrownBy(() -> store.prepare(blob, file)).isInstanceOf(AlteredBlobException.class);
        }
        assertThat(server.keys()).isEmpty();
        assertThat(server.unfinishedUploads()).isZero();
    }

    @Test
    void aBucketThatIsNotThereIsSaidAtTheStart() {
        S3Store store = new S3Store(bucket.client(), "no-such-bucket", "", 5 << 20, temporary, null);
        assertThatThrownBy(store::check)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("s3://no-such-bucket")
                .hasMessageContaining("there is no such bucket");
    }

    @Test
    void aStoreThatIsAwayAtTheStartMayComeLater() throws IOException {
        server.stop();
        S3Store store = (S3Store) bucket.open(temporary.resolve("one"));
        store.check();
        server.start();
        Path file = file(10);
        store.prepare(BlobBytes.of(Files.readAllBytes(file)), file);
        assertThat(server.keys()).hasSize(1);
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = temporary.resolve("file-" + size);
        Files.copy(new ByteArrayInputStream(bytes), file);
        return file;
    }
}
