package io.attune.command;

import io.attune.disk.Trees;
import io.attune.format.ModelExport;
import io.attune.format.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Runs {@code export MODEL --format huggingface|gguf}: writes a model with its adapter merged, for transformers, vLLM
 * or llama.cpp.
 */
public final class ExportMain {

    private static final String FORMAT = "--format";
    private static final String TYPE = "--type";
    private static final String OUT = "--out";

    private static final String USAGE = """
            usage: attune export MODEL --format huggingface|gguf [--type f16|q8_0] [--out PATH]

              MODEL          the name of a base model, or of a tuned model or a checkpoint (ft:...)
              --format huggingface
                             a folder with merged weights, for transformers, vLLM and ./attune import
              --format gguf  one file with merged weights, tokenizer and chat template, for llama.cpp and Ollama
              --type TYPE    how GGUF stores matrices: f16 (default), or q8_0 for half of its size
              --out PATH     the folder or file to write; default: the model's name in the current folder
            """;

    private ExportMain() {}

    /** Exits with 0 if the model is written, with 1 if that failed, and with 2 if the command line is invalid. */
    public static void main(String[] args) throws InterruptedException {
        if (CommandLine.asksForHelp(args)) {
            System.out.print(USAGE);
            return;
        }
        try {
            CommandLine line = CommandLine.parse(args, Set.of(FORMAT, TYPE, OUT), Set.of());
            if (line.names().size() != 1) {
                throw new IllegalArgumentException("name one model");
            }
            export(line.names().get(0), line);
        } catch (IllegalArgumentException e) {
            System.err.println("attune export: " + e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
        } catch (IOException | UncheckedIOException | ModelFormatException e) {
            System.err.println("attune export: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void export(String name, CommandLine line) throws IOException, InterruptedException {
        String format = line.options().getOrDefault(FORMAT, "");
        String type = line.options().getOrDefault(TYPE, "f16");
        boolean gguf = format.equals("gguf");
        if (!gguf && !format.equals("huggingface")) {
            throw new IllegalArgumentException("--format must be huggingface or gguf");
        }
        if (line.has(TYPE) && !gguf) {
            throw new IllegalArgumentException("--type goes with --format gguf; a folder keeps the model's own types");
        }
        if (!Set.of("f16", "q8_0").contains(type)) {
            throw new IllegalArgumentException("--type must be f16 or q8_0, not " + type);
        }
        String fileName = name.replaceAll("[^A-Za-z0-9._-]+", "-");
        String usual = gguf ? fileName + "." + type + ".gguf" : fileName;
        Path out = Path.of(line.options().getOrDefault(OUT, usual)).toAbsolutePath();
        Path download = Files.createTempDirectory("attune-export-");
        try {
            NamedModel model = NamedModel.find(name, LocalModels.of(System.getenv()), download);
            ModelExport export = new ModelExport(model.weights(), model.adapter());
            if (gguf) {
                export.toGguf(out, name, type);
            } else {
                export.toHuggingFace(out);
            }
            System.out.printf(Locale.ROOT, "Exported %s to %s%n", name, out);
        } finally {
            Trees.delete(download);
        }
    }
}
