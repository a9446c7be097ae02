package io.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of src/test/sdk that uses an SDK which is not Java's, in the environment that tools/sdk-env makes. */
final class SdkProgram {

    private static final Path SOURCES = Path.of("src/test/sdk");

    private final String sdk;
    private final Path interpreter;
    private final Path program;
    private final String version;

    private SdkProgram(String sdk, Path interpreter, Path program, String version) {
        this.sdk = sdk;
        this.interpreter = interpreter;
        this.program = program;
        this.version = version;
    }

    /** @param name of a program without its ending. The test is reported as not run where there is no environment. */
    static SdkProgram python(String name) throws IOException {
        Path python = environment().resolve("python/bin/python");
        assume("openai-python", python);
        return new SdkProgram(
                "openai-python",
                python,
                SOURCES.resolve("python/" + name + ".py"),
                pinned("python/requirements.txt", "openai==(\\S+)"));
    }

    /** @param folder an empty one, from which Node sees the SDK. The test is reported as not run where there is no environment. */
    static SdkProgram node(String name, Path folder) throws IOException {
        Path modules = environment().resolve("node/node_modules");
        assume("openai-node", modules.resolve("node/bin/node"));
        Files.createSymbolicLink(folder.resolve("node_modules"), modules);
        Path program = folder.resolve(name + ".mjs");
        Files.copy(SOURCES.resolve("node").resolve(program.getFileName()), program);
        return new SdkProgram(
                "openai-node",
                modules.resolve("node/bin/node"),
                program,
                pinned("node/package.json", "\"openai\": \"([^\"]+)\""));
    }

    private static Path environment() {
        String property = System.getProperty("attune.sdk", "");
        if (!property.isBlank()) {
            return Path.of(property);
        }
        Map<String, String> variables = System.getenv();
        Path cache = variables.containsKey("XDG_CACHE_HOME")
                ? Path.of(variables.get("XDG_CACHE_HOME"))
                : Path.of(System.getProperty("user.home"), ".cache");
        return Path.of(variables.getOrDefault(
                        "ATTUNE_CACHE", cache.resolve("attune").toString()))
                .resolve("sdk");
    }

    private static void assume(String sdk, Path interpreter) {
        assumeTrue(
                Files.isExecutable(interpreter),
                "no environment for " + sdk + " (made by tools/sdk-env, named by -Dattune.sdk=FOLDER)");
    }

    private static String pinned(String file, String pattern) throws IOException {
        Matcher version = Pattern.compile(pattern).matcher(Files.readString(SOURCES.resolve(file)));
        assertThat(version.find()).as(file).isTrue();
        return version.group(1);
    }

    /** Runs it to its end, which has to be a good one with the version that is asked for, and returns what it printed. */
    List<String> run(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(interpreter.toString(), program.toString()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            List<String> lines = new ArrayList<>();
            BufferedReader output = process.inputReader();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
                lines.add(line);
            }
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
            assertThat(lines).first().isEqualTo(sdk + " " + version);
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
