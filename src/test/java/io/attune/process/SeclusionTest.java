package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trainer that was taken over can still reach, on a system that lets this user have namespaces. */
class SeclusionTest {

    @TempDir
    Path data;

    private Path key;
    private Path postgres;
    private Path work;
    private Seclusion seclusion;

    @BeforeEach
    void seclude() throws IOException {
        key = Files.writeString(data.resolve("it's the key"), "sk-secret");
        postgres = Files.createDirectory(data.resolve("postgres"));
        Files.writeString(postgres.resolve("password"), "secret");
        work = Files.createDirectory(data.resolve("work"));
        seclusion = Seclusion.of(List.of(key, postgres, data.resolve("not there")), work, List.of(work));
        assumeTrue(seclusion.possible(), "this system lets this user have no namespaces (unshare, setpriv)");
    }

    @Test
    void itDoesItsWorkInItsFolderAsTheSameProcess() throws Exception {
        Process process = start("echo $$; echo done > '" + work + "/result'");
        String said = said(process);
        assertThat(said.strip()).isEqualTo(Long.toString(process.pid()));
        assertThat(work.resolve("result")).hasContent("done");
        assertThat(Files.getOwner(work.resolve("result"))).isEqualTo(Files.getOwner(work));
    }

    @Test
    void itReadsNoneOfTheHiddenFilesAndCannotUncoverThem() throws Exception {
        String uncover = "umount '" + postgres + "' 2>&1; umount \"" + key + "\" 2>&1; ";
        String nested = "unshare --user --map-root-user --mount sh -c \"umount '" + postgres + "'; ls '" + postgres
                + "'; cat '" + postgres + "/password'\" 2>&1; ";
        String said = said(start(uncover + nested + "cat \"" + key + "\"; cat '" + postgres + "/password'"));
        assertThat(said).doesNotContain("secret");
        assertThat(key).hasContent("sk-secret");
        assertThat(postgres.resolve("password")).hasContent("secret");
    }

    @Test
    void itSeesNeitherEnvironmentNorMemoryNorFilesOfAnotherProcessOfItsUser() throws Exception {
        Process other = new ProcessBuilder("/bin/sh", "-c", "echo ready; read end").start();
        try {
            other.getInputStream().read(); // it is that program by now
            String proc = "/proc/" + other.pid();
            String look = "cat " + proc + "/environ >/dev/null && echo seen; cat " + proc
                    + "/maps >/dev/null && echo seen; ls " + proc + "/root/ >/dev/null && echo seen; readlink " + proc
                    + "/cwd >/dev/null && echo seen; echo over";
            assertThat(said(plain(List.of("/bin/sh", "-c", look)))).isEqualTo("seen\nseen\nseen\nseen\nover\n");

            assertThat(said(start(look))).isEqualTo("over\n");
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void itHasNoNetworkAndNoRights() throws Exception {
        String said =
                said(start("grep -c : /proc/net/dev; grep CapEff /proc/self/status; grep CapBnd /proc/self/status;"
                        + " grep NoNewPrivs /proc/self/status"));
        assertThat(said.lines().map(line -> line.replaceAll("\\s+", " ")))
                .containsExactly("1", "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1");
    }

    /** As where root starts the service on a data folder of somebody else: root's rights end with the namespace. */
    @Test
    void whereItsFolderWouldBeClosedToItItIsNotSecluded() {
        assertThat(Seclusion.of(List.of(), data.resolve("not there"), List.of()))
                .isEqualTo(Seclusion.NONE);
        assertThat(Seclusion.of(List.of(), work, List.of(work, data.resolve("not there"))))
                .isEqualTo(Seclusion.NONE);
    }

    private Process start(String script) throws IOException {
        return plain(seclusion.around(List.of("/bin/sh", "-c", script)));
    }

    private static Process plain(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String said(Process process) throws IOException, InterruptedException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
