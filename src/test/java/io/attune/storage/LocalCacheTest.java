package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.disk.Disks;
import io.attune.disk.Room;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCacheTest {

    private static final int SIZE = 100;

    @TempDir
    private Path temporary;

    private Disks disks = Room.ample();
    private Path folder;
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void create() throws IOException {
        folder = Files.createDirectory(temporary.resolve("cache"));
    }

    @Test
    void theLeastRecentlyUsedGoesWhenThereIsNoRoom() throws IOException {
        get("a");
        later();
        get("b");
        later();
        get("a");
        later();
        get("c");
        assertThat(names()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void whatIsInUseStaysEvenIfThatIsTooMuch() throws IOException {
        Path work = Files.createDirectory(temporary.resolve("work"));
        Files.createLink(work.resolve("a"), get("a"));
        later();
        get("b");
        get("c"); // b was just requested and may not be open yet
        assertThat(names()).containsExactlyInAnyOrder("a", "b", "c");

        Files.delete(work.resolve("a"));
        later();
        get("d");
        assertThat(names()).hasSize(2).contains("d");
    }

    @Test
    void whatCannotBeFetchedLeavesNothingAndCanBeAskedForAgain() throws IOException {
        assertThatThrownBy(() -> cache().get("a", () -> SIZE, () -> {
                    throw new StoreUnavailableException("away", null);
                }))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(names()).isEmpty();
        assertThat(get("a")).hasSize(SIZE);
    }

    @Test
    void halfFetchedFilesOfADeadServiceAreSweptAndWholeOnesStay() throws IOException {
        Path old = Files.createFile(folder.resolve("x-1.part"));
        Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofHours(2))));
        Path whole = get("a");
        Files.setLastModifiedTime(whole, FileTime.from(now.minus(Duration.ofHours(2))));
        cache().sweepUnfinished(now.minus(Duration.ofHours(1)));
        assertThat(names()).containsExactly("a");
    }

    private LocalCache cache() {
        return new LocalCache(folder, 2 * SIZE, disks, Clock.fixed(now, ZoneOffset.UTC));
    }

    private Path get(String name) throws IOException {
        return cache().get(name, () -> SIZE, () -> new ByteArrayInputStream(new byte[SIZE]));
    }

    private void later() {
        now = now.plus(Duration.ofMinutes(2));
    }

    private java.util.List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
