package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.disk.Disks;
import io.attune.disk.Room;
import io.attune.storage.StoreCopy.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves an artifact store: from a folder to a bucket, back, and to another folder. */
class StoreCopyTest {

    private static final StoreCopy.Listener NOBODY = (done, total, bytes) -> {};

    private final StoreUnderTest.Bucket bucket = StoreUnderTest.Bucket.start();

    @TempDir
    private Path temporary;

    private FolderStore folder;
    private List<Blob> blobs;

    @BeforeEach
    void fill() throws IOException {
        folder = FolderStore.in(temporary.resolve("old"));
        folder.mark("the-id");
        blobs = new ArrayList<>();
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 100_000, 6 << 20}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Blob blob = BlobBytes.of(bytes);
            folder.keep(blob, Files.write(folder.incoming().resolve("file"), bytes));
            blobs.add(blob);
        }
    }

    @AfterEach
    void stop() {
        bucket.close();
    }

    @Test
    void allBytesAndTheMarkerGoIntoABucketAndBackIntoAFolder() throws IOException {
        ArtifactStore inTheBucket = bucket.open(temporary.resolve("copying"));
        assertThat(copy(folder, inTheBucket).run(NOBODY)).isEqualTo(new Outcome(4, 0, 0, List.of(), true));
        FolderStore back = FolderStore.in(temporary.resolve("new"));
        assertThat(copy(inTheBucket, back).run(NOBODY)).isEqualTo(new Outcome(4, 0, 0, List.of(), true));

        assertHolds(inTheBucket);
        assertHolds(back);
        try (var left = Files.list(back.incoming())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aCopyThatBrokeOffGoesOnWithWhatIsMissingAndMarksOnlyItsEnd() throws IOException {
        ArtifactStore to = bucket.open(temporary.resolve("copying"));
        assertThatThrownBy(() -> copy(folder, to).run((done, total, bytes) -> {
                    if (done == 2) {
                        throw new IllegalStateException("broken off");
                    }
                }))
                .hasMessage("broken off");
        assertThat(to.marker()).isEmpty();

        assertThat(copy(folder, to).run(NOBODY)).isEqualTo(new Outcome(2, 2, 0, List.of(), true));
        assertHolds(to);
    }

    @Test
    void whatIsDeletedMeanwhileIsPassedOver() throws IOException {
        FolderStore to = FolderStore.in(temporary.resolve("new"));
        List<String> listed = folder.keptBefore(Instant.MAX);
        String last = listed.get(listed.size() - 1);
        Outcome outcome = copy(folder, to).run((done, total, bytes) -> {
            try {
                folder.delete(last);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(outcome).isEqualTo(new Outcome(3, 0, 1, List.of(), true));
        assertThat(to.keptBefore(Instant.MAX)).hasSize(3).doesNotContain(last);
    }

    @Test
    void alteredBytesAreNamedAndNotCopied() throws IOException {
        String altered = blobs.get(2).sha256();
        Files.write(
                temporary.resolve("old/blobs").resolve(altered.substring(0, 2)).resolve(altered), new byte[100_000]);
        FolderStore to = FolderStore.in(temporary.resolve("new"));

        assertThat(copy(folder, to).run(NOBODY)).isEqualTo(new Outcome(3, 0, 0, List.of(altered), true));
        assertThat(to.keptBefore(Instant.MAX)).hasSize(3).doesNotContain(altered);
    }

    @Test
    void theStoreOfAnotherDatabaseIsNotWrittenTo() throws IOException {
        FolderStore others = FolderStore.in(temporary.resolve("others"));
        others.mark("another");

        assertThatThrownBy(() -> copy(folder, others).run(NOBODY))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("another database");
        assertThat(others.keptBefore(Instant.MAX)).isEmpty();
    }

    @Test
    void aFullDiskEndsTheCopyWithTheWayOut() throws IOException {
        FolderStore to = FolderStore.in(temporary.resolve("new"));
        Disks full = new Disks(List.of(), 1000, place -> 0);

        assertThatThrownBy(() -> new StoreCopy(folder, to, full, temporary).run(NOBODY))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("There is no room for");
        assertThat(to.marker()).isEmpty();
    }

    @Test
    void placesAreNamedAsInTheSettings() throws IOException {
        Map<String, String> environment =
                Map.of("ATTUNE_S3_ENDPOINT", bucket.server().endpoint());
        String to = "s3://" + S3Server.BUCKET + "/elsewhere";
        try (StoreCopy copy = StoreCopy.open(temporary.resolve("old").toString(), to, environment)) {
            assertThat(copy.run(NOBODY).copied()).isEqualTo(4);
        }
        assertThat(bucket.server().keys()).hasSize(5).allMatch(key -> key.startsWith("elsewhere/"));
        try (StoreCopy copy = StoreCopy.open(to, "file:" + temporary.resolve("new"), environment)) {
            assertThat(copy.run(NOBODY).copied()).isEqualTo(4);
        }
        assertHolds(FolderStore.in(temporary.resolve("new")));
        assertThatThrownBy(() -> StoreCopy.open(temporary.resolve("nothing").toString(), to, environment))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("There is no artifact store in " + temporary.resolve("nothing"));
    }

    private StoreCopy copy(ArtifactStore from, ArtifactStore to) {
        return new StoreCopy(from, to, Room.ample(), temporary);
    }

    private void assertHolds(ArtifactStore store) throws IOException {
        assertThat(store.marker()).hasValue("the-id");
        for (Blob blob : blobs) {
            try (InputStream bytes = store.open(blob.sha256(), 0)) {
                assertThat(BlobBytes.of(bytes.readAllBytes())).isEqualTo(blob);
            }
        }
    }
}
