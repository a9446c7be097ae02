package io.attune.command;

import io.attune.format.ImportedModel;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.format.ModelImport;
import io.attune.format.ModelOrigin;
import io.attune.format.TextOptions;
import io.attune.text.ChatTrial;
import io.attune.text.Tokenizer;
import io.attune.text.template.TemplateException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./attune import PATH --name NAME [--hub-id ID] [--chat-template FILE] [--eos TOKEN]}: a Hugging Face folder or a GGUF file becomes a base model in the data folder,
 * whether or not a service runs there. Tokenizer and chat template are tried before the model gets its name.
 */
public final class ImportMain {

    private static final String USAGE = """
            usage: attune import PATH --name NAME [--hub-id ID] [--chat-template FILE] [--eos TOKEN]

              PATH         a model folder in Hugging Face layout (config.json, safetensors, tokenizer.json), or a GGUF file
              --name NAME  the name that jobs call the model by, such as smollm2
              --hub-id ID  the model's name on the Hugging Face hub; adapters carry it as base_model_name_or_path
              --chat-template FILE
                           a Jinja chat template to use in place of the model's
              --eos TOKEN  the token that ends a text, such as '</s>', where the model names none or another

            The import tries one chat of each kind (with tools, with reasoning, ...) and says which the model can be trained on.

            The model goes into the folder models of ATTUNE_DATA (default: data).
            """;

    private ImportMain() {}

    /** Ends with 0 when the model is there, 1 when it was refused, 2 when the command line was not understood. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (CommandLine.asksForHelp(args)) {
            out.print(USAGE);
            return 0;
        }
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("attune import: " + e.getMessage());
            err.println();
            err.print(USAGE);
            return 2;
        }
        try {
            Path models = Path.of(environment.getOrDefault("ATTUNE_DATA", "data"), "models")
                    .toAbsolutePath();
            List<ChatTrial.Outcome> chats = new ArrayList<>();
            ImportedModel imported = ModelImport.importModel(
                    ModelOrigin.local(arguments.source),
                    models,
                    arguments.name,
                    arguments.hubId,
                    arguments.text,
                    Clock.systemUTC(),
                    folder -> chats.addAll(tried(folder)));
            out.print(summary(imported));
            out.print(summary(chats));
            return 0;
        } catch (ModelFormatException | UncheckedIOException e) {
            err.println("attune import: " + e.getMessage());
            return 1;
        }
    }

    private record Arguments(Path source, String name, String hubId, TextOptions text) {

        static Arguments parse(String[] args) {
            String source = null;
            String name = null;
            String hubId = null;
            String chatTemplate = null;
            String eos = null;
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--name" -> name = value(args, i++);
                    case "--hub-id" -> hubId = value(args, i++);
                    case "--chat-template" -> chatTemplate = value(args, i++);
                    case "--eos" -> eos = value(args, i++);
                    default -> {
                        if (args[i].startsWith("-")) {
                            throw new IllegalArgumentException("unknown option " + args[i]);
                        }
                        if (source != null) {
                            throw new IllegalArgumentException(
                                    "one PATH is wanted, found " + source + " and " + args[i]);
                        }
                        source = args[i];
                    }
                }
            }
            if (source == null || name == null) {
                throw new IllegalArgumentException(source == null ? "PATH is missing" : "--name is missing");
            }
            try {
                TextOptions text = new TextOptions(chatTemplate == null ? null : Path.of(chatTemplate), eos);
                return new Arguments(Path.of(source), name, hubId, text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e.getInput() + " is no path", e);
            }
        }

        private static String value(String[] args, int option) {
            if (option + 1 == args.length) {
                throw new IllegalArgumentException(args[option] + " wants a value");
            }
            return args[option + 1];
        }
    }

    /** What cannot be tokenised or written as a chat would be found out only in the middle of a job. */
    private static List<ChatTrial.Outcome> tried(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        int rows = config.vocabSize();
        int ids = tokenIds(folder);
        if (ids > rows) {
            throw new ModelFormatException(
                    "tokenizer.json has token ids up to " + (ids - 1) + ", but vocab_size of config.json is " + rows);
        }
        try {
            return ChatTrial.of(folder, config, LocalDateTime.now(Clock.systemUTC()));
        } catch (IOException | TemplateException e) {
            throw new ModelFormatException(
                    "the chat template cannot be used: " + e.getMessage()
                            + " Import the model with another one: --chat-template FILE",
                    e);
        }
    }

    private static int tokenIds(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return tokenizer.vocabSize();
        } catch (IOException | RuntimeException e) { // the native tokenizer has no exception type of its own
            throw new ModelFormatException("tokenizer.json cannot be used: " + e.getMessage(), e);
        }
    }

    private static String summary(List<ChatTrial.Outcome> chats) {
        if (chats.isEmpty()) {
            return "It has no chat template, and can be trained on raw text: rows of prompt and completion, or of text.\n";
        }
        StringBuilder text = new StringBuilder("Chats that it can be trained on:\n");
        boolean all = true;
        for (ChatTrial.Outcome chat : chats) {
            String answer = chat.problem() != null
                    ? "no, " + chat.problem()
                    : chat.warning() == null ? "yes" : "yes, but " + chat.warning();
            all &= answer.equals("yes");
            text.append(String.format(Locale.ROOT, "  %-39s %s%n", chat.chat(), answer));
        }
        if (!all) {
            text.append("--chat-template FILE imports the model with another template.\n");
        }
        return text.toString();
    }

    private static String summary(ImportedModel imported) {
        return String.format(
                Locale.ROOT,
                "Imported %s: %.1f million parameters, context %d tokens, in %s%n",
                imported.manifest().name(),
                imported.manifest().parameters() / 1e6,
                imported.manifest().context(),
                imported.folder());
    }
}
