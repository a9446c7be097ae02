package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.process.ProcessEnd.Cause;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEndTest {

    @TempDir
    Path folder;

    @Test
    void aKillForWantOfMemoryIsToldFromOthersByTheKernelsCount() throws Exception {
        Path events =
                Files.writeString(folder.resolve("memory.events"), "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
        OomKills before = OomKills.of(events);
        assertThat(before.happenedSince()).isFalse();

        Files.writeString(events, "low 0\noom 4\noom_kill 3\noom_group_kill 0\n");

        assertThat(before.happenedSince()).isTrue();
        assertThat(OomKills.of(folder.resolve("none")).happenedSince()).isFalse();
    }

    @Test
    void aProcessThatEndedWithoutAWordIsToldByItsExitCodeAndWhatItLeft() throws Exception {
        Path events = Files.writeString(folder.resolve("memory.events"), "oom_kill 2\n");
        OomKills before = OomKills.of(events);
        assertThat(ProcessEnd.of(3, before, folder, false).cause()).isEqualTo(Cause.HEAP_FULL);
        assertThat(ProcessEnd.of(134, before, folder, true).cause()).isEqualTo(Cause.MEMORY_LIMIT);
        assertThat(ProcessEnd.of(134, before, folder, false).cause()).isEqualTo(Cause.UNKNOWN);
        assertThat(ProcessEnd.of(137, before, folder, false))
                .isEqualTo(new ProcessEnd(137, Cause.UNKNOWN))
                .extracting(ProcessEnd::sentence)
                .isEqualTo("It was killed by signal 9.");

        Files.writeString(events, "oom_kill 3\n");
        assertThat(ProcessEnd.of(137, before, folder, false).cause()).isEqualTo(Cause.MACHINE_MEMORY);
        assertThat(ProcessEnd.of(1, before, folder, false).cause()).isEqualTo(Cause.UNKNOWN);

        Files.writeString(
                folder.resolve(NativeCommand.ERROR_REPORT),
                "#\n# There is insufficient memory for the Java Runtime Environment to continue.\n");
        assertThat(ProcessEnd.of(1, before, folder, false).cause()).isEqualTo(Cause.MACHINE_MEMORY);
    }

    @Test
    void aFailedAllocationIsSeenWhereverTheOutputIsTorn() throws Exception {
        String sentence = "memory allocation of 1099511627776 bytes failed";
        for (int torn = 1; torn < sentence.length(); torn++) {
            var watch = new AllocationWatch(new SequenceInputStream(
                    bytes("something\n" + sentence.substring(0, torn)), bytes(sentence.substring(torn) + "\nmore")));
            watch.transferTo(OutputStream.nullOutputStream());
            assertThat(watch.seen()).as("torn at %d", torn).isTrue();
        }
        var watch = new AllocationWatch(bytes("memory allocation of many bytes failed"));
        watch.transferTo(OutputStream.nullOutputStream());
        assertThat(watch.seen()).isFalse();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
