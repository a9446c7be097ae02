package io.attune.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactZipTest {

    @TempDir
    Path temporary;

    @Test
    void equalFoldersGiveEqualBytesWheneverAndWhereverTheyWereMade() throws IOException {
        Path first = folder("first", "b", "a", "sub/c");
        Path second = folder("second", "sub/c", "a", "b");
        Files.setLastModifiedTime(second.resolve("a"), FileTime.fromMillis(1_000_000_000_000L));
        TimeZone here = TimeZone.getDefault();
        byte[] one = zip(first);
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            assertThat(zip(second)).isEqualTo(one);
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void entriesAreSortedAndHaveTheFilesBytes() throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream in =
                new ZipInputStream(new ByteArrayInputStream(zip(folder("first", "b", "a", "sub/c"))))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), new String(in.readAllBytes()));
            }
        }
        assertThat(entries)
                .containsExactly(
                        Map.entry("a", "bytes of a"),
                        Map.entry("b", "bytes of b"),
                        Map.entry("sub/c", "bytes of sub/c"));
    }

    private Path folder(String name, String... files) throws IOException {
        Path folder = temporary.resolve(name);
        for (String file : files) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "bytes of " + file);
        }
        return folder;
    }

    private static byte[] zip(Path folder) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArtifactZip.write(folder, out);
        return out.toByteArray();
    }
}
