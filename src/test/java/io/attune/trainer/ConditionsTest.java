package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conditions on which the bits of a training depend. */
class ConditionsTest {

    private static final List<String> XEON = List.of(
            "processor\t: 0",
            "vendor_id\t: GenuineIntel",
            "cpu family\t: 6",
            "model\t\t: 143",
            "flags\t\t: fpu sse2 avx2 fma ht avx amx_tile",
            "processor\t: 1",
            "flags\t\t: another core");
    private static final Conditions HERE =
            new Conditions("b", "17", "2.7.1", "GenuineIntel 6/143", "amd64 avx avx2", 2, "cpu", 2048);

    @Test
    void aProcessorIsWhatLibrariesChooseTheirKernelsBy() {
        assertThat(Processor.of("amd64", XEON, Map.of("PATH", "/bin")))
                .isEqualTo(new Processor("GenuineIntel 6/143", "amd64 amx_tile avx avx2 fma"));
        assertThat(Processor.of("amd64", XEON, Map.of("MKL_CBWR", "AVX2")).instructionSet())
                .endsWith(" MKL_CBWR=AVX2");
        assertThat(Processor.of(
                        "aarch64",
                        List.of("CPU implementer\t: 0x41", "CPU part\t: 0xd40", "Features\t: fp asimd sve"),
                        Map.of()))
                .isEqualTo(new Processor("0x41 0xd40", "aarch64 asimd sve"));
        assertThat(Processor.of("amd64", List.of(), Map.of()).instructionSet()).isEqualTo("amd64");
    }

    @Test
    void equalConditionsOnTheCpuGiveEqualBitsAndOthersAreNamed() {
        assertThat(HERE.differencesFrom(HERE)).isEmpty();
        assertThat(HERE.differencesFrom(
                        new Conditions("b", "17", "2.7.1", "AuthenticAMD 25/1", "amd64 avx avx2", 4, "cpu", 2048)))
                .containsExactly("processor: AuthenticAMD 25/1, now GenuineIntel 6/143", "threads: 4, now 2");
        Conditions gpu = new Conditions("b", "17", "2.7.1", "p", "i", 2, "cuda:0", 2048);
        assertThat(gpu.differencesFrom(gpu)).containsExactly("a GPU does not repeat its sums to the bit");
    }

    @Test
    void aBuildIsTheSameInAJarAndInAFolderAndAnotherOnceItsTrainerChanges(@TempDir Path folder) throws IOException {
        for (String part : List.of("architecture", "dataset", "setting", "format", "model", "text", "trainer", "api")) {
            Path file = folder.resolve("classes/io/attune/" + part + "/A.class");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "code of " + part);
        }
        Path classes = folder.resolve("classes");
        String build = Build.checksum(classes);

        assertThat(Build.checksum(jar(classes, folder.resolve("a.jar")))).isEqualTo(build);
        Files.writeString(classes.resolve("io/attune/api/A.class"), "other code");
        assertThat(Build.checksum(classes)).isEqualTo(build);
        Files.writeString(classes.resolve("io/attune/model/A.class"), "other code");
        assertThat(Build.checksum(classes)).isNotEqualTo(build);
    }

    @Test
    void thisProgramsOwnBuildIsKnown() {
        assertThat(Build.checksum()).matches("[0-9a-f]{16}");
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                var files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        return jar;
    }
}
