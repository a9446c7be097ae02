package io.attune.command;

import io.attune.format.FolderLinks;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.setting.Hyperparameters;
import io.attune.trainer.message.TrainerMessage.Previewed;
import io.attune.trainer.message.TrainerSpec;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@code preview MODEL FILE}: shows what rows of a file become in a training with a base model. The command
 * needs no service.
 */
public final class PreviewMain {

    private static final String LINE = "--line";
    private static final String ROWS = "--rows";
    private static final String MAX_LENGTH = "--max-length";
    private static final String IDS = "--ids";
    private static final String JSON = "--json";
    private static final int USUAL_ROWS = 3;

    private static final String USAGE = """
            usage: attune preview MODEL FILE [--line N | --rows N] [--max-length N] [--chat-template-kwargs JSON]
                                  [--ids] [--json]

              MODEL            the name of a base model of the data folder, or the path of a model folder
              FILE             rows, one JSON object on each line
              --line N         shows the row in this line of the file
              --rows N         shows so many rows, from the first (default: 3)
              --max-length N   longest row in tokens (default: the model's context)
              --chat-template-kwargs JSON
                               variables for the chat template, such as '{"enable_thinking": false}'
              --ids            shows the tokens' ids too
              --json           writes one JSON object, with the fields of POST /v1/fine_tuning/preview

            The text is what the model sees, control tokens among it. What is learned is green on a terminal. Elsewhere,
            or with NO_COLOR set, it stands between [[ and ]]. For example:

              $ attune preview attune-tales rows.jsonl --line 17 | cat
              line 17, chat: 15 tokens, of which 4 are learned
              <|im_start|>user
              Say ho.<|im_end|>
              <|im_start|>assistant
              [[Ho.<|im_end|>]]
              ...
            """;

    private PreviewMain() {}

    /**
     * Exits with 0 if rows were shown and all of them can be trained on. Exits with 1 if a row cannot be trained on
     * or no row was shown. Exits with 2 if the command line is invalid.
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        int exit = run(args, System.getenv(), Boolean.getBoolean("attune.terminal"), out, System.err);
        out.flush();
        System.exit(exit);
    }

    /** @param terminal whether {@code out} is a terminal */
    static int run(String[] args, Map<String, String> environment, boolean terminal, PrintStream out, PrintStream err) {
        if (CommandLine.asksForHelp(args)) {
            out.print(USAGE);
            return 0;
        }
        try {
            CommandLine line =
                    CommandLine.parse(args, Set.of(LINE, ROWS, MAX_LENGTH, CommandLine.KWARGS), Set.of(IDS, JSON));
            LocalModels models = LocalModels.of(environment);
            Previewed previewed = preview(specification(line, models), models.data());
            if (line.has(JSON)) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("rows", previewed.rows());
                json.put("has_more", previewed.more());
                out.println(JsonMapper.shared().writeValueAsString(json));
            } else {
                boolean colour =
                        terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
                new PreviewText(out, colour, line.has(IDS)).write(previewed);
            }
            return previewed.rows().stream().allMatch(row -> row.findings().isEmpty()) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            err.print("attune preview: " + e.getMessage() + "\n\n" + USAGE);
            return 2;
        } catch (IOException | UncheckedIOException | ModelFormatException e) {
            err.println("attune preview: " + e.getMessage());
            return 1;
        }
    }

    private static Previewed preview(TrainerSpec.Preview specification, Path data) throws IOException {
        try (TrainerChild trainer = TrainerChild.start(specification, data)) {
            return (Previewed) trainer.next();
        }
    }

    private static TrainerSpec.Preview specification(CommandLine line, LocalModels models) throws IOException {
        if (line.names().size() != 2) {
            throw new IllegalArgumentException("name a model and a file");
        }
        if (line.has(LINE) && line.has(ROWS)) {
            throw new IllegalArgumentException("give either " + LINE + " or " + ROWS);
        }
        Path named = Path.of(line.names().get(0));
        Path model = Files.isRegularFile(named.resolve("config.json"))
                ? named.toAbsolutePath()
                : models.find(line.names().get(0));
        Path file = Path.of(line.names().get(1)).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        var data = new TrainerSpec.Data(file, null, new TrainerSpec.ChatSettings(line.chatTemplateKwargs(), null));
        Hyperparameters hyperparameters = Hyperparameters.AUTO
                .with(
                        Hyperparameters.MAX_LENGTH,
                        line.count(MAX_LENGTH, ModelConfig.read(model).maxPositions()))
                .with(Hyperparameters.OVERLONG_ROWS, "fail");
        FolderLinks.check(model);
        return new TrainerSpec.Preview(
                model, "cpu", 1, data, hyperparameters, line.count(LINE, 0), line.count(ROWS, USUAL_ROWS));
    }
}
