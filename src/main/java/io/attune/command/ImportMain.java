package io.attune.command;

import io.attune.format.ImportedModel;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.format.ModelImport;
import io.attune.text.ChatTemplate;
import io.attune.text.Tokenizer;
import io.attune.text.template.TemplateException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./attune import PATH --name NAME [--hub-id ID]}: a Hugging Face folder or a GGUF file becomes a base model in the data folder,
 * whether or not a service runs there. Tokenizer and chat template are tried before the model gets its name.
 */
public final class ImportMain {

    private static final String USAGE = """
            usage: attune import PATH --name NAME [--hub-id ID]

              PATH         a model folder in Hugging Face layout (config.json, safetensors, tokenizer.json), or a GGUF file
              --name NAME  the name that jobs call the model by, such as smollm2
              --hub-id ID  the model's name on the Hugging Face hub; adapters carry it as base_model_name_or_path

            The model goes into the folder models of ATTUNE_DATA (default: data).
            """;

    private ImportMain() {}

    /** Ends with 0 when the model is there, 1 when it was refused, 2 when the command line was not understood. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
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
            ImportedModel imported = ModelImport.importModel(
                    arguments.source, models, arguments.name, arguments.hubId, Clock.systemUTC(), ImportMain::check);
            out.print(summary(imported));
            return 0;
        } catch (ModelFormatException | UncheckedIOException e) {
            err.println("attune import: " + e.getMessage());
            return 1;
        }
    }

    private record Arguments(Path source, String name, String hubId) {

        static Arguments parse(String[] args) {
            String source = null;
            String name = null;
            String hubId = null;
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--name" -> name = value(args, i++);
                    case "--hub-id" -> hubId = value(args, i++);
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
                return new Arguments(Path.of(source), name, hubId);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(source + " is no path", e);
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
    private static void check(Path folder) {
        int rows = ModelConfig.read(folder).vocabSize();
        int ids = tokenIds(folder);
        if (ids > rows) {
            throw new ModelFormatException(
                    "tokenizer.json has token ids up to " + (ids - 1) + ", but vocab_size of config.json is " + rows);
        }
        try {
            ChatTemplate.read(folder);
        } catch (IOException | TemplateException e) {
            throw new ModelFormatException("the chat template cannot be used: " + e.getMessage(), e);
        }
    }

    private static int tokenIds(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return tokenizer.vocabSize();
        } catch (IOException | RuntimeException e) { // the native tokenizer has no exception type of its own
            throw new ModelFormatException("tokenizer.json cannot be used: " + e.getMessage(), e);
        }
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
