package io.attune.command;

import io.attune.disk.Trees;
import io.attune.format.ModelFormatException;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs {@code chat MODEL}: a conversation on the terminal with a base model of the data folder, a tuned model or a
 * published checkpoint ({@code ft:...}). The command first downloads the weights of a tuned model or checkpoint from
 * a running service.
 */
public final class ChatMain {

    private static final int LONGEST_ANSWER = 512; // in tokens

    private static final String USAGE = """
            usage: attune chat MODEL [--chat-template-kwargs JSON]

              MODEL  the name of a base model, or of a tuned model or a checkpoint (ft:...)
              --chat-template-kwargs JSON
                     variables for the chat template, such as '{"enable_thinking": false}'; a tuned model has those of
                     its job, and these come on top
            """;

    private ChatMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (CommandLine.asksForHelp(args)) {
            System.out.print(USAGE);
            return;
        }
        try {
            CommandLine line = CommandLine.parse(args, Set.of(CommandLine.KWARGS), Set.of());
            if (line.names().size() != 1) {
                throw new IllegalArgumentException("name one model");
            }
            chat(line.names().get(0), line.chatTemplateKwargs());
        } catch (IllegalArgumentException e) {
            System.err.println("attune chat: " + e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
        } catch (IOException | ModelFormatException e) {
            System.err.println("attune chat: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void chat(String name, Map<String, Object> kwargs) throws IOException, InterruptedException {
        LocalModels models = LocalModels.of(System.getenv());
        Path data = models.data();
        Path download = Files.createTempDirectory("attune-chat-");
        try {
            NamedModel loaded = NamedModel.find(name, models, download);
            Map<String, Object> told = new LinkedHashMap<>(loaded.chatTemplateKwargs());
            told.putAll(kwargs);
            int threads = Runtime.getRuntime().availableProcessors();
            try (SampleProcess model = SampleProcess.start(
                    new TrainerSpec.Sample(
                            loaded.weights(),
                            "cpu",
                            threads,
                            loaded.adapter(),
                            List.of(),
                            LONGEST_ANSWER,
                            true,
                            new TrainerSpec.ChatSettings(told, null)),
                    data)) {
                System.out.println("Talking to " + name + ". An empty line starts anew, Ctrl-D ends.");
                converse(model);
            }
        } finally {
            Trees.delete(download);
        }
    }

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
}
