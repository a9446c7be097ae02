package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ServiceTest
class BlobStoreTest {

    private static final Instant LONG_AGO = Instant.now().minus(Duration.ofHours(2));

    @Autowired
    private BlobStore blobs;

    @Autowired
    private StoreSweeper sweeper;

    @Autowired
    private DataFolder folder;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    private byte[] bytes;

    @BeforeEach
    void drawBytes() {
        bytes = new byte[100_000];
        new Random(System.nanoTime()).nextBytes(bytes); // so that they differ from blobs of other tests
    }

    @Test
    void bytesComeBackUnderTheirChecksum() throws Exception {
        Blob blob = blobs.put(new ByteArrayInputStream(bytes));

        assertThat(blob.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(blob.size()).isEqualTo(bytes.length);
        try (InputStream back = blobs.open(blob.sha256())) {
            assertThat(back.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(Files.readAllBytes(blobs.local(blob.sha256()))).isEqualTo(bytes);
    }

    @Test
    void theSameBytesAreKeptOnce() throws IOException {
        Blob first = blobs.put(new ByteArrayInputStream(bytes));
        Blob second = blobs.put(new ByteArrayInputStream(bytes));
        assertThat(second).isEqualTo(first);
        assertThat(rows(first)).isOne();
    }

    @Test
    void bytesThatCannotBeReadToTheEndLeaveNothing() throws IOException {
        InputStream broken = new InputStream() {
            private int left = 1000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("the client has gone");
                }
                return 'x';
            }
        };
        assertThatThrownBy(() -> blobs.put(broken)).isInstanceOf(IOException.class);
        try (var unfinished = Files.list(folder.incoming())) {
            assertThat(unfinished.filter(file -> file.getFileName().toString().endsWith(".part")))
                    .isEmpty();
        }
    }

    @Test
    void whatNothingRefersToIsSweptAfterAnHour() throws IOException {
        Blob old = blobs.put(new ByteArrayInputStream(bytes));
        Blob young = blobs.put(new ByteArrayInputStream("young".getBytes(StandardCharsets.UTF_8)));
        age(old);

        sweeper.sweep();

        assertThat(rows(old)).isZero();
        assertThat(place(old.sha256())).doesNotExist();
        assertThat(rows(young)).isOne();
        assertThat(place(young.sha256())).exists();
    }

    @Test
    void whatAFileRefersToStaysUntilTheFileIsDeleted() throws IOException {
        Blob blob = blobs.put(new ByteArrayInputStream(bytes));
        age(blob);
        jdbc.sql("""
                        insert into file (id, project_id, filename, purpose, bytes, blob, status)
                        values ('file-swept', 'default', 'a', 'fine-tune', 1, :blob, 'processed')""").param("blob", blob.sha256()).update();

        sweeper.sweep();
        assertThat(rows(blob)).isOne();

        jdbc.sql("update file set deleted_at = now(), blob = null where id = 'file-swept'")
                .update();
        sweeper.sweep();
        assertThat(rows(blob)).isZero();
        assertThat(place(blob.sha256())).doesNotExist();
    }

    @Test
    void whatAPartOfAnUploadRefersToStaysUntilThePartIsGone() throws IOException {
        Blob blob = blobs.put(new ByteArrayInputStream(bytes));
        age(blob);
        jdbc.sql("""
                        insert into upload (id, project_id, filename, purpose, bytes, status, expires_at)
                        values ('upload_swept', 'default', 'a', 'fine-tune', 1, 'pending', now())""").update();
        jdbc.sql("insert into upload_part (id, upload, blob, bytes) values ('part_swept', 'upload_swept', :blob, 1)")
                .param("blob", blob.sha256())
                .update();

        sweeper.sweep();
        assertThat(rows(blob)).isOne();

        jdbc.sql("delete from upload_part where id = 'part_swept'").update();
        sweeper.sweep();
        assertThat(rows(blob)).isZero();
        assertThat(place(blob.sha256())).doesNotExist();
    }

    @Test
    void whatAJobRefersToStaysThoughItsFileIsDeleted() throws IOException {
        Blob blob = blobs.put(new ByteArrayInputStream(bytes));
        age(blob);
        jdbc.sql("""
                        insert into file (id, project_id, filename, purpose, bytes, status, deleted_at)
                        values ('file-of-job', 'default', 'a', 'fine-tune', 1, 'processed', now())""").update();
        jdbc.sql("""
                        insert into job (id, project_id, status, model, training_file, training_blob, seed, settings)
                        values ('ftjob-keeps', 'default', 'validating_files', 'm', 'file-of-job', :blob, 1, '{}')""").param("blob", blob.sha256()).update();

        sweeper.sweep();
        assertThat(place(blob.sha256())).exists();

        jdbc.sql("delete from job where id = 'ftjob-keeps'").update();
        sweeper.sweep();
        assertThat(place(blob.sha256())).doesNotExist();
    }

    @Test
    void whatSomebodyReadsStaysForAnHourWithoutAReference() throws IOException {
        Blob read = blobs.put(new ByteArrayInputStream(bytes));
        Blob other = blobs.put(new ByteArrayInputStream("nobody reads this".getBytes(StandardCharsets.UTF_8)));
        age(read);
        age(other);

        blobs.keepForAnHour(List.of(read.sha256()));
        sweeper.sweep();

        assertThat(place(read.sha256())).exists();
        assertThat(place(other.sha256())).doesNotExist();
    }

    @Test
    void bytesThatAreNotFinishedCannotBeTakenOverAndLeaveNothing() throws IOException {
        try (Incoming incoming = blobs.receive()) {
            incoming.keeping(new ByteArrayInputStream(bytes)).transferTo(OutputStream.nullOutputStream());
            assertThat(incoming.path()).exists();
            assertThatThrownBy(() -> blobs.register(incoming)).isInstanceOf(IllegalStateException.class);
        }
        try (var unfinished = Files.list(folder.incoming())) {
            assertThat(unfinished.filter(file -> file.getFileName().toString().endsWith(".part")))
                    .isEmpty();
        }
    }

    /** For every way of reading, the stored bytes equal the bytes that were read. */
    @Test
    void bytesAreKeptAsTheyAreRead() throws IOException {
        try (Incoming incoming = blobs.receive()) {
            InputStream in = incoming.keeping(new ByteArrayInputStream(bytes));
            assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
            assertThat(in.readNBytes(70_000)).isEqualTo(Arrays.copyOfRange(bytes, 1, 70_001));
            in.skipNBytes(1000);
            in.transferTo(OutputStream.nullOutputStream());
            Blob blob = incoming.finish();
            blobs.register(incoming);
            assertThat(blob.size()).isEqualTo(bytes.length);
            assertThat(Files.readAllBytes(blobs.local(blob.sha256()))).isEqualTo(bytes);
        }
    }

    /** A process that dies between the rename and the commit leaves bytes without a row. */
    @Test
    void bytesWithoutARowAreSweptAndCanBePutAgain() throws IOException {
        Blob[] put = new Blob[1];
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            try {
                put[0] = blobs.put(new ByteArrayInputStream(bytes));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            status.setRollbackOnly();
        });
        Path place = place(put[0].sha256());
        assertThat(place).exists();
        Files.setLastModifiedTime(place, FileTime.from(LONG_AGO));

        sweeper.sweep();
        assertThat(place).doesNotExist();

        blobs.put(new ByteArrayInputStream(bytes));
        assertThat(place).exists();
    }

    @Test
    void anUnfinishedUploadIsSweptAfterAnHour() throws IOException {
        Path old = Files.createTempFile(folder.incoming(), "upload", ".tmp");
        Path young = Files.createTempFile(folder.incoming(), "upload", ".tmp");
        Files.setLastModifiedTime(old, FileTime.from(LONG_AGO));

        sweeper.sweep();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
        Files.delete(young);
    }

    /** Bytes that are stored again are needed again, even if their row is old. */
    @Test
    void puttingOldBytesAgainSavesThemFromTheSweeper() throws IOException {
        Blob blob = blobs.put(new ByteArrayInputStream(bytes));
        age(blob);
        blobs.put(new ByteArrayInputStream(bytes));

        sweeper.sweep();

        assertThat(rows(blob)).isOne();
        assertThat(place(blob.sha256())).exists();
    }

    private Path place(String sha256) {
        return folder.blobs().resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private void age(Blob blob) {
        jdbc.sql("update blob set created_at = now() - interval '2 hours' where sha256 = :sha256")
                .param("sha256", blob.sha256())
                .update();
    }

    private int rows(Blob blob) {
        return jdbc.sql("select count(*) from blob where sha256 = :sha256")
                .param("sha256", blob.sha256())
                .query(Integer.class)
                .single();
    }
}
