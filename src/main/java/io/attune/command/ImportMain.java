package io.attune.command;

import io.attune.command.ImportArguments.HubSource;
import io.attune.format.ImportedModel;
import io.attune.format.ModelFormatException;
import io.attune.format.ModelImport;
import io.attune.format.ModelManifest;
import io.attune.format.ModelOrigin;
import io.attune.hub.DownloadFolder;
import io.attune.hub.HubDownload;
import io.attune.hub.HubException;
import io.attune.hub.HubSettings;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerMessage.TriedChat;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs {@code ./attune import MODEL ...}: makes a base model in the data folder from a model of the Hugging Face Hub,
 * a Hugging Face folder or a GGUF file. A service may run on the data folder. The import tries tokenizer and chat
 * template before the model gets its name.
 */
public final class ImportMain {

    private static final String USAGE = """
            usage: attune import MODEL [--name NAME] [--hub-id ID] [--chat-template FILE] [--eos TOKEN]
                                 [--revision REVISION] [--file NAME.gguf]

              MODEL        a model folder in Hugging Face layout (config.json, safetensors, tokenizer.json), a GGUF
                           file, or the id of a model on the Hugging Face Hub, such as Qwen/Qwen2.5-0.5B-Instruct
              --name NAME  the name that jobs call the model by, such as smollm2 (default: the id on the Hub)
              --hub-id ID  the model's name on the Hugging Face Hub; adapters carry it as base_model_name_or_path
                           (default for a model of the Hub: its id)
              --chat-template FILE
                           a Jinja chat template to use in place of the model's
              --eos TOKEN  the token that ends a text, such as '</s>', where the model names none or another

            For a model of the Hub:
              --revision REVISION
                           a branch, a tag or a commit (default: main)
              --file NAME.gguf
                           fetch this GGUF file, with all its parts, in place of the safetensors

            The import tries one chat of each kind (with tools, with reasoning, ...) and says which the model can be
            trained on.

            The model goes into the folder models of ATTUNE_DATA (default: data). What is fetched lies in its folder
            downloads until the model is imported. When a download breaks off, the same command goes on with it.

            Environment: HF_ENDPOINT is another address of the Hub. HF_TOKEN, or a file that HF_TOKEN_PATH or HF_HOME
            tells of, gives access to private and gated models. With HF_HUB_OFFLINE=1 the Hub is never asked.
            """;

    private ImportMain() {}

    /** Exits with 0 if the model is imported, with 1 if it is refused, and with 2 if the command line is invalid. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (CommandLine.asksForHelp(args)) {
            out.print(USAGE);
            return 0;
        }
        ImportArguments arguments;
        try {
            arguments = ImportArguments.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("attune import: " + e.getMessage());
            err.println();
            err.print(USAGE);
            return 2;
        }
        try {
            Path data = LocalModels.of(environment).data();
            ModelImport.freeFolder(data.resolve("models"), arguments.name(), arguments.hubId());
            if (arguments.hub().isPresent()) {
                fetchAndImport(arguments, arguments.hub().get(), environment, data, out);
            } else {
                importModel(ModelOrigin.local(arguments.path()), arguments, data, out);
            }
            return 0;
        } catch (ModelFormatException | HubException | UncheckedIOException e) {
            err.println("attune import: " + e.getMessage());
            return 1;
        }
    }

    private static void fetchAndImport(
            ImportArguments arguments, HubSource source, Map<String, String> environment, Path data, PrintStream out) {
        HubDownload hub = new HubDownload(HubSettings.of(environment));
        try (DownloadFolder folder = DownloadFolder.open(data.resolve("downloads"), source.id());
                DownloadBar bar = new DownloadBar(out, System.console() != null, System::nanoTime)) {
            out.println("There is no file or folder " + source.id() + " here; fetching it from the Hub, revision "
                    + source.revision());
            ModelOrigin model = hub.fetch(source.id(), source.revision(), source.file(), folder, bar);
            bar.close();
            importModel(model, arguments, data, out);
            folder.delete();
        }
    }

    private static void importModel(ModelOrigin origin, ImportArguments arguments, Path data, PrintStream out) {
        List<TriedChat> chats = new ArrayList<>();
        ImportedModel imported = ModelImport.importModel(
                origin,
                data.resolve("models"),
                arguments.name(),
                arguments.hubId(),
                arguments.text(),
                Clock.systemUTC(),
                folder -> chats.addAll(tried(folder, data)));
        out.print(summary(imported));
        imported.config().notes().forEach(out::println);
        out.print(summary(chats));
    }

    /**
     * Tries chats with the imported model. Otherwise a faulty tokenizer or chat template would fail in the middle of
     * a job. The tokenizer may come from a stranger, so it runs in a process of its own with limited memory.
     */
    private static List<TriedChat> tried(Path folder, Path data) {
        try (TrainerChild trainer = TrainerChild.start(new TrainerSpec.Try(folder, "cpu", 1), data)) {
            return ((TrainerMessage.Tried) trainer.next()).chats();
        } catch (IOException e) {
            throw new ModelFormatException(e.getMessage(), e);
        }
    }

    private static String summary(List<TriedChat> chats) {
        if (chats.isEmpty()) {
            return "It has no chat template, and can be trained on raw text: rows of prompt and completion, or of text.\n";
        }
        StringBuilder text = new StringBuilder("Chats that it can be trained on:\n");
        boolean all = true;
        for (TriedChat chat : chats) {
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
        ModelManifest manifest = imported.manifest();
        String commit = manifest.hubCommit() == null ? "" : ", from commit " + manifest.hubCommit() + " of the Hub";
        return String.format(
                Locale.ROOT,
                "Imported %s: %.1f million parameters, context %d tokens, in %s%s%n",
                manifest.name(),
                manifest.parameters() / 1e6,
                manifest.context(),
                imported.folder(),
                commit);
    }
}
