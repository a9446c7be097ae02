package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

/** A service starts only on the store that its database was used with. */
@ServiceTest
@TestPropertySource(properties = "attune.sweep-delay=1h") // so that it has a database of its own
class StoreMarkerTest {

    private static final Blob FILE = BlobBytes.of("a file\n".getBytes());

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    @TempDir
    private Path temporary;

    private FolderStore store;

    @BeforeEach
    void newService() {
        jdbc.sql("truncate store_marker").update();
        jdbc.sql("truncate blob cascade").update();
        store = FolderStore.in(temporary.resolve("store"));
    }

    @Test
    void theFirstStartMarksBothAndEveryLaterOneFindsThem() throws IOException {
        start(store);
        assertThat(store.marker()).hasValue(known());
        start(store);
        assertThat(store.marker()).hasValue(known());
    }

    @Test
    void anEmptyStoreInPlaceOfTheKnownOneIsRefusedWithTheWayToMove() throws IOException {
        start(store);
        FolderStore empty = FolderStore.in(temporary.resolve("empty"));

        assertThatThrownBy(() -> start(empty))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("The artifact store " + temporary.resolve("empty") + " is not the one")
                .extracting(refusal -> ((StorageException) refusal).wayOut())
                .asString()
                .contains("attune store copy FROM TO");
        assertThat(empty.marker()).as("left as it was").isEmpty();
    }

    @Test
    void theStoreOfAnotherDatabaseIsRefused() throws IOException {
        start(store);
        FolderStore others = FolderStore.in(temporary.resolve("others"));
        others.mark("another");

        assertThatThrownBy(() -> start(others))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("belongs to another database");
        assertThat(others.marker()).hasValue("another");
    }

    @Test
    void aNewDatabaseDoesNotTakeAStoreThatHoldsWhatAnotherOneHasPutThere() throws IOException {
        keep(store);
        store.mark("another");

        assertThatThrownBy(() -> start(store)).isInstanceOf(StorageException.class);
    }

    /** The process died between the two writes. */
    @Test
    void aFirstStartThatBrokeOffAfterTheStoreWasMarkedIsGoneOnWith() throws IOException {
        store.mark("half");
        start(store);
        assertThat(known()).isEqualTo("half");
    }

    @Test
    void aDeploymentFromBeforeTheMarkersAdoptsItsStoreAndNoneThatLacksItsFiles() throws IOException {
        keep(store);
        row();
        FolderStore empty = FolderStore.in(temporary.resolve("empty"));
        assertThatThrownBy(() -> start(empty))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has none of the newest files");

        start(store);
        assertThat(store.marker()).hasValue(known());
    }

    @Test
    void aStoreThatIsAwayAtTheStartIsLookedAtWhenItIsBack() throws IOException {
        start(store);
        Files.move(temporary.resolve("store/blobs"), temporary.resolve("store/away"));
        StoreMarker marker = start(store);
        assertThatThrownBy(marker::check).isInstanceOf(StoreUnavailableException.class);

        Files.move(temporary.resolve("store/away"), temporary.resolve("store/blobs"));
        assertThatCode(marker::check).doesNotThrowAnyException();
        store.mark("another");
        assertThatThrownBy(() -> start(store)).isInstanceOf(StorageException.class);
    }

    private StoreMarker start(ArtifactStore with) {
        return new StoreMarker(with, jdbc, transactions);
    }

    private String known() {
        return jdbc.sql("select id from store_marker").query(String.class).single();
    }

    private void row() {
        jdbc.sql("insert into blob (sha256, size) values (:sha256, :size)")
                .param("sha256", FILE.sha256())
                .param("size", FILE.size())
                .update();
    }

    private void keep(FolderStore where) throws IOException {
        where.keep(FILE, Files.writeString(where.incoming().resolve("file"), "a file\n"));
    }
}
