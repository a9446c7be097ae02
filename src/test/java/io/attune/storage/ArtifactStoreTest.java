package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.attune.ServiceTest;
import io.attune.disk.Room;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** The promises of both kinds of artifact store. */
@ServiceTest
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"folder", "S3"})
class ArtifactStoreTest {

    private static final int MB = 1 << 20;

    @Parameter
    private String kind;

    @TempDir
    private Path temporary;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    private StoreUnderTest under;
    private ArtifactStore store;
    private BlobStore blobs;
    private Random random;

    @BeforeEach
    void open() throws IOException {
        under = kind.equals("S3")
                ? StoreUnderTest.Bucket.start()
                : new StoreUnderTest.Folder(temporary.resolve("shared"));
        store = under.open(temporary.resolve("one"));
        store.mark(jdbc.sql("select id from store_marker").query(String.class).single());
        blobs = new BlobStore(store, Room.ample(), jdbc, transactions);
        random = new Random(System.nanoTime());
        jdbc.sql("create table if not exists holder (blob text references blob)")
                .update();
    }

    @AfterEach
    void close() {
        under.close();
        jdbc.sql("drop table holder").update();
    }

    @Test
    void whatIsPutComesBack() throws IOException {
        for (int size : new int[] {0, 1, 100_000}) {
            byte[] bytes = draw(size);
            Blob blob = put(blobs, bytes);
            try (InputStream back = blobs.open(blob.sha256())) {
                assertThat(back.readAllBytes()).isEqualTo(bytes);
            }
            assertThat(Files.readAllBytes(blobs.local(blob.sha256()))).isEqualTo(bytes);
            assertThat(blobs.download(blob.sha256()).contentLength()).isEqualTo(size);
        }
        assertThat(leftOver()).isEmpty();
    }

    @Test
    void whatOneServicePutsAnotherOneReads() throws IOException {
        byte[] bytes = draw(1000);
        Blob blob = put(blobs, bytes);
        BlobStore other = new BlobStore(under.open(temporary.resolve("two")), Room.ample(), jdbc, transactions);
        assertThat(Files.readAllBytes(other.local(blob.sha256()))).isEqualTo(bytes);
    }

    @Test
    void largeBytesGoInPartsAndComeBack() throws IOException {
        byte[] bytes = draw(40 * MB + 17);
        Blob blob = put(blobs, bytes);
        assertThat(Arrays.equals(Files.readAllBytes(blobs.local(blob.sha256())), bytes))
                .isTrue();
        assertThat(leftOver()).isEmpty();
    }

    @Test
    void aDownloadGivesTheBytesFromAnyPlaceOn() throws IOException {
        byte[] bytes = draw(3 * MB);
        Resource download = blobs.download(put(blobs, bytes).sha256());
        for (int offset : new int[] {0, 1, 2 * MB, bytes.length - 1, bytes.length}) {
            try (InputStream in = download.getInputStream()) {
                in.skipNBytes(offset);
                byte[] few = in.readNBytes(1000);
                assertThat(few).isEqualTo(Arrays.copyOfRange(bytes, offset, Math.min(offset + 1000, bytes.length)));
            }
        }
    }

    @Test
    void theSameBytesFromManyThreadsAreOneBlob() throws Exception {
        byte[] bytes = draw(300_000);
        assertThat(inThreads(8, () -> put(blobs, bytes))).containsOnly(BlobBytes.of(bytes));
        assertThat(under.names()).containsExactly(BlobBytes.of(bytes).sha256());
        assertThat(inThreads(8, () -> blobs.local(BlobBytes.of(bytes).sha256())))
                .hasSize(8);
        if (under instanceof StoreUnderTest.Bucket bucket) {
            assertThat(bucket.server().gets()).as("fetched once").isOne();
        }
    }

    @Test
    void alteredBytesAreFoundOut() throws IOException {
        byte[] bytes = draw(200_000);
        String sha256 = put(blobs, bytes).sha256();
        byte[] altered = bytes.clone();
        altered[altered.length / 2] ^= 1;
        for (byte[] bad : List.of(altered, Arrays.copyOf(bytes, 199_999), new byte[0], Arrays.copyOf(bytes, 200_001))) {
            under.overwrite(sha256, bad);
            assertThatThrownBy(() -> blobs.local(sha256)).isInstanceOf(AlteredBlobException.class);
            assertThatThrownBy(() -> {
                        try (InputStream in = blobs.open(sha256)) {
                            assertThat(in.readAllBytes())
                                    .as("never read as if whole")
                                    .isNull();
                        }
                    })
                    .isInstanceOf(AlteredBlobException.class);
        }
        put(blobs, bytes); // repairs the altered bytes
        assertThat(Files.readAllBytes(blobs.local(sha256))).isEqualTo(bytes);
    }

    @Test
    void bytesThatAreGoneAreSaidToBeGone() throws IOException {
        String sha256 = put(blobs, draw(10)).sha256();
        under.remove(sha256);
        assertThatThrownBy(() -> blobs.local(sha256)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> blobs.open(sha256)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> blobs.download(sha256)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aStoreThatIsAwayIsSaidToBeAwayAndWorksWhenItIsBack() throws IOException {
        byte[] bytes = draw(1000);
        byte[] others = draw(1000);
        String sha256 = put(blobs, bytes).sha256();
        under.goAway();
        assertThatThrownBy(() -> blobs.open(sha256)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> blobs.local(sha256)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> blobs.download(sha256)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> put(blobs, others)).isInstanceOf(StoreUnavailableException.class);
        assertThat(rows(BlobBytes.of(others))).isZero();
        assertThat(leftOver()).isEmpty();
        under.comeBack();
        assertThat(Files.readAllBytes(blobs.local(sha256))).isEqualTo(bytes);
        put(blobs, others);
    }

    /**
     * Between the upload of bytes and their registration, a sweeper of another service may treat them as unused.
     */
    @Test
    void bytesThatAreSweptBeforeTheyAreRegisteredArePutAgain() throws IOException {
        assumeThat(kind).isEqualTo("S3"); // a folder gets them at the registration
        byte[] bytes = draw(1000);
        try (Incoming incoming = blobs.receive()) {
            incoming.keeping(new ByteArrayInputStream(bytes)).transferTo(OutputStream.nullOutputStream());
            Blob blob = incoming.finish();
            assertThat(under.names()).containsExactly(blob.sha256());
            sweeperOfAnotherService(StoreUnderTest.inTwoHours()).sweep();
            assertThat(under.names()).isEmpty();
            blobs.register(incoming);
            assertThat(Files.readAllBytes(blobs.local(blob.sha256()))).isEqualTo(bytes);
        }
    }

    @Test
    void bytesWithoutARowAreSweptAfterAnHour() throws IOException {
        String foreign = BlobBytes.of(draw(100)).sha256();
        under.overwrite(foreign, new byte[100]);
        sweeper(blobs, Clock.systemUTC()).sweep();
        assertThat(under.names()).containsExactly(foreign);
        sweeper(blobs, StoreUnderTest.inTwoHours()).sweep();
        assertThat(under.names()).isEmpty();
    }

    @Test
    void whatIsLetGoOfGoesSoonUnlessItIsReferredToOrPutAgain() throws IOException {
        List<Blob> three = List.of(put(blobs, draw(10)), put(blobs, draw(10)), put(blobs, draw(10)));
        byte[] again = draw(10);
        Blob put = put(blobs, again);
        refer(three.get(1));
        for (Blob blob : List.of(three.get(0), three.get(1), put)) {
            jdbc.sql("update blob set released_at = now() - interval '3 minutes' where sha256 = :sha256")
                    .param("sha256", blob.sha256())
                    .update();
        }
        put(blobs, again);
        sweeper(blobs, Clock.systemUTC()).sweepUnreferenced();
        assertThat(under.names())
                .containsExactlyInAnyOrder(three.get(1).sha256(), three.get(2).sha256(), put.sha256());
    }

    /** Two services store, refer to, release and sweep the same few blobs at the same time. */
    @Test
    void whatIsReferredToAlwaysHasItsBytesAndInTheEndNothingElseIsLeft() throws Exception {
        BlobStore other = new BlobStore(under.open(temporary.resolve("two")), Room.ample(), jdbc, transactions);
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            contents.add(("content " + i + " " + random.nextLong()).getBytes(StandardCharsets.UTF_8));
        }
        List<String> names =
                contents.stream().map(bytes -> BlobBytes.of(bytes).sha256()).toList();
        AtomicInteger seed = new AtomicInteger(random.nextInt());
        ConcurrentHashMap<String, Integer> referred = new ConcurrentHashMap<>();
        inThreads(6, () -> {
            Random mine = new Random(seed.incrementAndGet());
            BlobStore service = mine.nextBoolean() ? blobs : other;
            // incoming files of a shared folder would look two hours old too
            StoreSweeper sweeper =
                    sweeperOfAnotherService(kind.equals("S3") ? StoreUnderTest.inTwoHours() : Clock.systemUTC());
            for (int i = 0; i < 40; i++) {
                String name = names.get(mine.nextInt(names.size()));
                switch (mine.nextInt(5)) {
                    case 0, 1 -> {
                        Blob blob = put(service, contents.get(names.indexOf(name)));
                        try {
                            refer(blob);
                            referred.merge(name, 1, Integer::sum);
                            assertThat(Files.readAllBytes(service.local(name)))
                                    .isEqualTo(contents.get(names.indexOf(name)));
                            letGo(name);
                        } catch (DataIntegrityViolationException swept) {
                            // another thread has aged it meanwhile; in reality an hour would not pass
                        }
                    }
                    case 2 ->
                        jdbc.sql("update blob set created_at = now() - interval '2 hours' where sha256 = :name")
                                .param("name", name)
                                .update();
                    case 3 -> sweeper.sweepUnreferenced();
                    default -> sweeper.sweep();
                }
            }
            return null;
        });
        assertThat(referred).isNotEmpty();
        assertThat(jdbc.sql("select sha256 from blob where exists (select from holder where blob = sha256)")
                        .query(String.class)
                        .list())
                .allSatisfy(name -> assertThat(under.names()).contains(name));
        jdbc.sql("truncate holder").update();
        jdbc.sql("update blob set created_at = now() - interval '2 hours' where sha256 = any(:names)")
                .param("names", names.toArray(String[]::new))
                .update();
        sweeper(blobs, StoreUnderTest.inTwoHours()).sweep();
        assertThat(under.names()).isEmpty();
        assertThat(leftOver()).isEmpty();
    }

    private StoreSweeper sweeper(BlobStore service, Clock clock) {
        return new StoreSweeper(service, store, new StoreMarker(store, jdbc, transactions), jdbc, clock);
    }

    private StoreSweeper sweeperOfAnotherService(Clock clock) {
        ArtifactStore same = under.open(temporary.resolve("three"));
        return new StoreSweeper(
                new BlobStore(same, Room.ample(), jdbc, transactions),
                same,
                new StoreMarker(same, jdbc, transactions),
                jdbc,
                clock);
    }

    private Blob put(BlobStore service, byte[] bytes) throws IOException {
        return service.put(new ByteArrayInputStream(bytes));
    }

    private void refer(Blob blob) {
        jdbc.sql("insert into holder values (:sha256)")
                .param("sha256", blob.sha256())
                .update();
    }

    private void letGo(String sha256) {
        jdbc.sql("delete from holder where ctid = (select ctid from holder where blob = :sha256 limit 1)")
                .param("sha256", sha256)
                .update();
    }

    private int rows(Blob blob) {
        return jdbc.sql("select count(*) from blob where sha256 = :sha256")
                .param("sha256", blob.sha256())
                .query(Integer.class)
                .single();
    }

    /** Returns incoming files. */
    private List<Path> leftOver() {
        try (var files = Files.walk(temporary)) {
            return files.filter(file -> file.toString().endsWith(".part")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] draw(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static <T> List<T> inThreads(int count, Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> all = new ArrayList<>();
            for (Future<T> one : threads.invokeAll(java.util.Collections.nCopies(count, work))) {
                all.add(one.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
