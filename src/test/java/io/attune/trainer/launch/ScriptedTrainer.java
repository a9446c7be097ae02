package io.attune.trainer.launch;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.process.HeapSize;
import io.attune.process.JavaProgram;
import io.attune.process.NativeCommand;
import io.attune.process.Seclusion;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real process that speaks the trainer's protocol and does what the training file tells it, a command a line, each with the mode that it is
 * for: {@code train say {...}}. A training that is to go on from a saved state has the mode {@code resume}. Trains nothing.
 */
public final class ScriptedTrainer {

    private final JsonNode spec;
    private final OutputStream messages;
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private ScriptedTrainer(JsonNode spec, OutputStream messages) {
        this.spec = spec;
        this.messages = messages;
    }

    /** Starts these in place of trainers. @param heap as after {@code -Xmx} */
    public static TrainerLauncher launcher(String heap, Path libraries) {
        var command = new NativeCommand(
                new JavaProgram(
                        Path.of(System.getProperty("java.home")),
                        classPath(),
                        ScriptedTrainer.class.getName(),
                        List.of("-XX:TieredStopAtLevel=1")), // it does not live long
                HeapSize.ofSetting("heap", heap),
                libraries,
                Seclusion.NONE);
        return new TrainerProcesses(command, () -> {});
    }

    /** Only what it needs: a JVM is slow to search a long class path. */
    private static String classPath() {
        return Stream.of(ScriptedTrainer.class, JsonMapper.class, JsonParser.class, JsonProperty.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    public static void main(String[] args) throws Exception {
        JsonNode spec = JsonMapper.builder().build().readTree(Path.of(args[0]).toFile());
        String mode = (spec.at("/start/resume").isString()
                        ? "resume"
                        : spec.get("mode").asString()) + " ";
        try (OutputStream messages = new FileOutputStream(System.getenv("ATTUNE_MESSAGES"))) {
            var trainer = new ScriptedTrainer(spec, messages);
            for (String line :
                    Files.readAllLines(Path.of(spec.get("data").get("training").asString()))) {
                if (line.startsWith(mode)) {
                    String[] words = line.substring(mode.length()).split(" ", 2);
                    trainer.act(words[0], words.length > 1 ? words[1] : "");
                }
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private void act(String command, String rest) throws IOException {
        switch (command) {
            case "say" -> say(rest);
            case "print" -> print(Integer.parseInt(rest));
            case "environment" ->
                Files.writeString(Path.of(rest), System.getenv().toString());
            case "folder" -> {
                Path folder = Path.of(spec.at("/results/output").asString()).resolve(rest);
                Files.createDirectories(folder);
                Files.writeString(
                        folder.resolve("adapter_model.safetensors"), "weights of " + rest.replaceAll("\\d", ""));
                Files.writeString(folder.resolve("README.md"), "readme");
            }
            case "write" -> {
                String[] words = rest.split(" ", 2);
                Files.writeString(Path.of(spec.at("/results/output").asString()).resolve(words[0]), words[1]);
            }
            case "require-gone" -> {
                if (Files.exists(Path.of(spec.at("/results/output").asString()).resolve(rest))) {
                    throw new IllegalStateException(rest + " is still there");
                }
            }
            case "refuse-once" -> {
                if (!Files.exists(Path.of(rest))) {
                    Files.writeString(Path.of(rest), "refused\n");
                    say("{\"message\": \"not_resumed\", \"problem\": \"torn\"}");
                    in.readLine();
                }
            }
            case "show-resume" ->
                Files.copy(Path.of(spec.at("/start/resume").asString()).resolve("README.md"), Path.of(rest));
            case "mark" -> Files.writeString(Path.of(rest), "here\n");
            case "die-unless" -> {
                if (!Files.exists(Path.of(rest))) {
                    Files.writeString(Path.of(rest), "died\n");
                    Runtime.getRuntime().halt(9);
                }
            }
            case "fill-the-heap" -> {
                List<byte[]> kept = new ArrayList<>();
                while (true) {
                    kept.add(new byte[1 << 20]);
                }
            }
            case "die" -> Runtime.getRuntime().halt(Integer.parseInt(rest));
            case "await-stop" -> {
                for (String line = in.readLine(); !"stop".equals(line); line = in.readLine()) {
                    if (line == null) {
                        Runtime.getRuntime().halt(4);
                    }
                }
            }
            case "await-taken" -> {
                for (String line = in.readLine(); !line.startsWith("taken "); line = in.readLine()) {
                    System.out.println("heard " + line);
                }
            }
            case "await-file" -> {
                while (!Files.exists(Path.of(rest))) {
                    LockSupport.parkNanos(10_000_000);
                }
            }
            case "hang" -> {
                while (in.readLine() != null) {
                    System.out.println("somebody spoke to a deaf trainer");
                }
                Runtime.getRuntime().halt(4);
            }
            default -> throw new IllegalArgumentException(command);
        }
    }

    private void say(String json) throws IOException {
        messages.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        messages.flush();
    }

    private static void print(int bytes) {
        String line = "{\"message\": \"failed\"} is no message on standard output\n";
        for (int printed = 0; printed < bytes; printed += line.length()) {
            System.out.print(line);
        }
        System.err.println("printed");
    }
}
