package io.attune.storage;

import io.attune.disk.Room;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/** The two kinds of artifact store, and the changes that tests make in them without the service. */
sealed interface StoreUnderTest extends AutoCloseable {

    /** Opens a client of the store, as a service does. */
    ArtifactStore open(Path data);

    /** Returns the names of all stored bytes. */
    List<String> names();

    void overwrite(String sha256, byte[] bytes);

    void remove(String sha256);

    void goAway();

    void comeBack();

    @Override
    void close();

    record Folder(Path path) implements StoreUnderTest {

        public Folder {
            DataFolder.create(path.resolve("blobs"));
            DataFolder.create(path.resolve("incoming"));
        }

        @Override
        public ArtifactStore open(Path data) {
            return new FolderStore(path.resolve("blobs"), path.resolve("incoming"));
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>();
            try {
                Files.walkFileTree(path.resolve("blobs"), new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        names.add(file.getFileName().toString());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return names;
        }

        @Override
        public void overwrite(String sha256, byte[] bytes) {
            try {
                Path file = place(sha256);
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void remove(String sha256) {
            try {
                Files.delete(place(sha256));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void goAway() {
            rename("blobs", "away");
        }

        @Override
        public void comeBack() {
            rename("away", "blobs");
        }

        @Override
        public void close() {}

        private Path place(String sha256) {
            return path.resolve("blobs").resolve(sha256.substring(0, 2)).resolve(sha256);
        }

        private void rename(String from, String to) {
            try {
                Files.move(path.resolve(from), path.resolve(to));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    record Bucket(S3Server server, S3Client client) implements StoreUnderTest {

        /** Small, so that large bytes have many parts. */
        static final long PART = 5L << 20;

        static Bucket start() {
            S3Server server = new S3Server();
            return new Bucket(server, new S3Settings(server.endpoint(), "", null).client());
        }

        @Override
        public ArtifactStore open(Path data) {
            DataFolder folder = new DataFolder(data);
            return new S3Store(
                    client,
                    S3Server.BUCKET,
                    "some/where/",
                    PART,
                    folder.incoming(),
                    new LocalCache(folder.cache(), 1L << 30, Room.ample(), Clock.systemUTC()));
        }

        @Override
        public List<String> names() {
            return server.keys().stream()
                    .filter(key -> key.contains("/blobs/"))
                    .map(key -> key.substring(key.lastIndexOf('/') + 1))
                    .toList();
        }

        @Override
        public void overwrite(String sha256, byte[] bytes) {
            server.put(key(sha256), bytes);
        }

        @Override
        public void remove(String sha256) {
            client.deleteObject(request -> request.bucket(S3Server.BUCKET).key(key(sha256)));
        }

        @Override
        public void goAway() {
            server.stop();
        }

        @Override
        public void comeBack() {
            server.start();
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }

        private static String key(String sha256) {
            return "some/where/blobs/" + sha256.substring(0, 2) + "/" + sha256;
        }
    }

    /** Returns a clock that runs two hours ahead. */
    static Clock inTwoHours() {
        return Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    }
}
