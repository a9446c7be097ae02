package io.attune.command;

import io.attune.format.ModelFormatException;
import io.attune.format.ModelManifest;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code chat MODEL}: a conversation on the terminal with a base model of the data folder, or with a tuned model or a
 * published checkpoint ({@code ft:...}) of a running service, whose weights are downloaded first. {@code ATTUNE_URL} (default http://127.0.0.1 with {@code SERVER_PORT}, or 8080) and {@code ATTUNE_API_KEY} (default: the admin
 * key of the data folder) say where that is.
 */
public final class ChatMain {

    private static final int LONGEST_ANSWER = 512; // tokens

    private ChatMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: attune chat MODEL\nMODEL is the name of a base model, or of a tuned model or"
                    + " a checkpoint (ft:...)");
            System.exit(2);
        }
        try {
            chat(args[0]);
        } catch (IOException | ModelFormatException e) {
            System.err.println("attune chat: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void chat(String name) throws IOException, InterruptedException {
        Path data = Path.of(System.getenv().getOrDefault("ATTUNE_DATA", "data")).toAbsolutePath();
        Path download = Files.createTempDirectory("attune-chat-");
        try {
            Loaded loaded =
                    name.startsWith("ft:") ? download(name, data, download) : new Loaded(baseModel(data, name), null);
            int threads = Runtime.getRuntime().availableProcessors();
            try (SampleProcess model = SampleProcess.start(
                    new TrainerSpec.Sample(
                            loaded.weights,
                            "cpu",
                            threads,
                            loaded.adapter,
                            List.of(),
                            LONGEST_ANSWER,
                            true,
                            TrainerSpec.ChatSettings.NONE),
                    data)) {
                System.out.println("Talking to " + name + ". An empty line starts anew, Ctrl-D ends.");
                converse(model);
            }
        } finally {
            delete(download);
        }
    }

    /** Where the weights lie, and the adapter to apply, or null. */
    private record Loaded(Path weights, Path adapter) {}

    private static void converse(SampleProcess model) throws IOException {
        var in = new BufferedReader(new InputStreamReader(
                System.in,
                System.console() == null
                        ? StandardCharsets.UTF_8
                        : System.console().charset()));
        List<ChatTurn> turns = new ArrayList<>();
        while (true) {
            System.out.print("\n> ");
            System.out.flush();
            String line = in.readLine();
            if (line == null) {
                System.out.println();
                return;
            }
            if (line.isBlank()) {
                turns.clear();
                continue;
            }
            turns.add(new ChatTurn("user", line));
            String answer = model.ask(turns, piece -> {
                System.out.print(piece);
                System.out.flush();
            });
            System.out.println();
            turns.add(new ChatTurn("assistant", answer));
        }
    }

    private static Path baseModel(Path data, String name) throws IOException {
        Path models = data.resolve("models");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(models)) {
            try (Stream<Path> folders = Files.list(models)) {
                for (Path folder : folders.filter(f -> Files.exists(f.resolve(ModelManifest.FILE)))
                        .sorted()
                        .toList()) {
                    String found = ModelManifest.read(folder).name();
                    if (found.equals(name)) {
                        return folder;
                    }
                    names.add(found);
                }
            }
        }
        throw new IOException("there is no base model " + name + " in " + models
                + (names.isEmpty() ? "" : "; there are " + String.join(", ", names)));
    }

    private static Loaded download(String name, Path data, Path folder) throws IOException, InterruptedException {
        URI address = URI.create(System.getenv()
                .getOrDefault(
                        "ATTUNE_URL", "http://127.0.0.1:" + System.getenv().getOrDefault("SERVER_PORT", "8080")));
        String key = System.getenv("ATTUNE_API_KEY");
        if (key == null) {
            Path file = data.resolve("admin-key");
            if (!Files.exists(file)) {
                throw new IOException("no API key: set ATTUNE_API_KEY, or ATTUNE_DATA to the service's data folder");
            }
            key = Files.readString(file).strip();
        }
        try {
            AttuneClient client = new AttuneClient(address, key);
            PublishedWeights weights = PublishedWeights.find(client, name);
            client.unzip(weights.path(), folder);
            return Files.exists(folder.resolve("adapter_config.json"))
                    ? new Loaded(baseModel(data, weights.base()), folder)
                    : new Loaded(folder, null);
        } catch (ConnectException e) {
            throw new IOException("a tuned model is downloaded from the service, and none answers at " + address
                    + ": start it with ./attune serve, or set ATTUNE_URL");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
