package io.attune.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script {@code attune}, run with a Java and a Maven that only write down how they were called. */
class LauncherTest {

    @TempDir
    Path folder;

    private Path home;
    private Path elsewhere;
    private Path tools;

    @BeforeEach
    void aJavaThatPrintsItsCall() throws IOException {
        home = Files.createDirectories(folder.resolve("installed here"));
        elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        tools = Files.createDirectories(folder.resolve("tools/bin"));
        Files.copy(Path.of("attune"), home.resolve("attune"));
        assertThat(home.resolve("attune").toFile().setExecutable(true)).isTrue();
        java("17.0.9");
    }

    @Test
    void anInstalledProgramRunsFromAnyFolderWithAllItsJars() throws Exception {
        Files.createFile(home.resolve("attune-0.1.0.jar"));

        Result result = attune(Map.of(), "serve", "--an option");

        assertThat(result.exit).isZero();
        assertThat(result.lines)
                .contains(
                        "argument " + home + "/attune-0.1.0.jar:" + home + "/lib/*:" + home + "/lib-torch/*",
                        "argument io.attune.AttuneApplication",
                        "argument --an option",
                        "argument -Dai.djl.offline=true",
                        "OPT_OUT_TRACKING=true",
                        "RUST_FLAVOR=cpu",
                        "folder " + elsewhere);
    }

    @Test
    void theDataFolderIsRelativeToTheCallersFolder() throws Exception {
        Files.createFile(home.resolve("attune-0.1.0.jar"));

        assertThat(attune(Map.of(), "serve").lines).contains("DJL_CACHE_DIR=" + elsewhere + "/data/djl");
        assertThat(attune(Map.of("ATTUNE_DATA", "mine"), "serve").lines)
                .contains("DJL_CACHE_DIR=" + elsewhere + "/mine/djl");
        assertThat(attune(Map.of("ATTUNE_DATA", "/srv/attune"), "serve").lines)
                .contains("DJL_CACHE_DIR=/srv/attune/djl");
    }

    @Test
    void aLinkToTheLauncherFindsTheProgram() throws Exception {
        Files.createFile(home.resolve("attune-0.1.0.jar"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("attune"), Path.of("../installed here/attune"));

        assertThat(run(link, Map.of(), "demo").lines).contains("argument io.attune.command.DemoMain");
    }

    @Test
    void aSourceTreeIsBuiltOnceAndAgainWhenASourceChanges() throws Exception {
        sourceTree();
        maven("t=\"$(dirname \"$4\")/target\"; mkdir -p \"$t/lib\" \"$t/lib-torch\"; touch \"$t/attune-0.1.0.jar\"");

        assertThat(attune(Map.of(), "help").lines).noneMatch(line -> line.contains("building"));
        assertThat(attune(Map.of(), "import").lines)
                .anyMatch(line -> line.contains("building (it was not built yet)"))
                .contains("argument io.attune.command.ImportMain");
        assertThat(attune(Map.of(), "import").lines).noneMatch(line -> line.contains("building"));

        Path source = home.resolve("src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(attune(Map.of(), "import").lines)
                .anyMatch(line -> line.contains("building (sources are newer than the last build)"));
    }

    @Test
    void aFailedBuildIsNotRun() throws Exception {
        sourceTree();
        maven("exit 1");

        Result result = attune(Map.of(), "serve");

        assertThat(result.exit).isEqualTo(1);
        assertThat(result.lines)
                .contains("attune: the build failed, see above")
                .noneMatch(l -> l.startsWith("argument"));
    }

    @Test
    void withoutMavenTheMessageSaysWhatToInstall() throws Exception {
        sourceTree();

        Result result = attune(Map.of("PATH", minimalPath().toString()), "serve");

        assertThat(result.exit).isEqualTo(1);
        assertThat(result.text()).contains("mvn was not found: install Maven 3.8 or later");
    }

    @Test
    void aRuntimeWithoutCompilerCannotBuildAndSaysSo() throws Exception {
        sourceTree();
        maven("exit 0");
        Files.delete(tools.resolve("javac"));

        Result result = attune(Map.of(), "serve");

        assertThat(result.exit).isEqualTo(1);
        assertThat(result.text()).contains("install a JDK, not a JRE");
    }

    @Test
    void anOldJavaIsRefusedByVersion() throws Exception {
        Files.createFile(home.resolve("attune-0.1.0.jar"));
        java("11.0.20");

        Result result = attune(Map.of(), "serve");

        assertThat(result.exit).isEqualTo(1);
        assertThat(result.text()).contains("is Java 11; 17 or later is needed");
    }

    @Test
    void anUnknownCommandIsNamedWithTheListOfCommands() throws Exception {
        Result result = attune(Map.of(), "sevre");

        assertThat(result.exit).isEqualTo(1);
        assertThat(result.text())
                .contains("unknown command 'sevre'")
                .contains("serve")
                .contains("chat MODEL");
    }

    @Test
    void everyCommandRunsAClassThatExists() throws Exception {
        Files.createFile(home.resolve("attune-0.1.0.jar"));

        for (String command : List.of("demo", "serve", "import", "preview", "chat", "train")) {
            String main = attune(Map.of(), command).lines.stream()
                    .filter(line -> line.startsWith("argument io.attune"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Class.forName(
                            main.substring("argument ".length()),
                            false,
                            getClass().getClassLoader()))
                    .as(command)
                    .hasDeclaredMethods("main");
        }
    }

    private void sourceTree() throws IOException {
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("src/main/java"));
        Files.writeString(home.resolve("src/main/java/A.java"), "class A {}");
    }

    private void java(String version) throws IOException {
        script("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit 0; fi
                for argument; do echo "argument $argument"; done
                env; echo "folder $PWD"
                """.formatted(version));
        script("javac", "");
    }

    /** A Maven that does {@code body}; its arguments are {@code -q -B -f POM ...}, of which {@code $4} is the pom. */
    private void maven(String body) throws IOException {
        script("mvn", body);
    }

    private void script(String name, String body) throws IOException {
        script(tools.resolve(name), body);
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A folder with what the launcher uses of the system, and nothing else. */
    private Path minimalPath() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("dirname", "readlink", "sed", "head", "ls", "find")) {
            Path at = Files.exists(Path.of("/usr/bin", name)) ? Path.of("/usr/bin", name) : Path.of("/bin", name);
            script(bin.resolve(name), "exec " + at + " \"$@\"");
        }
        return bin;
    }

    private Result attune(Map<String, String> environment, String... arguments) throws Exception {
        return run(home.resolve("attune"), environment, arguments);
    }

    private Result run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeAll(List.of("ATTUNE_DATA", "DJL_CACHE_DIR", "RUST_FLAVOR", "OPT_OUT_TRACKING"));
        builder.environment().put("JAVA_HOME", tools.getParent().toString());
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), lines);
    }

    private record Result(int exit, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }
}
