package io.attune.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a model folder that say how text becomes tokens and where an answer ends; each may be missing. */
public final class TextFiles {

    /** transformers' second chat template, for conversations with tools. */
    static final String TOOL_USE_TEMPLATE = "additional_chat_templates/tool_use.jinja";

    /** Their paths in the folder. */
    public static final List<String> NAMES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            TOOL_USE_TEMPLATE,
            "generation_config.json");

    /** Longer ones, in bytes, are refused. */
    public static final long MAX_FILE = 256L << 20;

    private TextFiles() {}

    /**
     * Copies those that are there.
     *
     * @throws ModelFormatException if one is longer than such a file can be
     */
    public static void copy(Path fromFolder, Path toFolder) throws IOException {
        for (String name : NAMES) {
            copy(fromFolder, toFolder, name);
        }
    }

    static void copy(Path fromFolder, Path toFolder, String name) throws IOException {
        Path from = fromFolder.resolve(name);
        if (!Files.isRegularFile(from)) {
            return;
        }
        if (Files.size(from) > MAX_FILE) {
            throw ModelFormatException.in(
                    from, "is " + Files.size(from) + " bytes long; at most " + MAX_FILE + " are read");
        }
        Path to = toFolder.resolve(name);
        Files.createDirectories(to.getParent());
        Files.write(to, Files.readAllBytes(from));
    }
}
