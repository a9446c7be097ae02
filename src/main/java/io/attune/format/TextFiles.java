package io.attune.format;

import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The files of a model folder that define how text becomes tokens and where an answer ends. Each may be missing. */
public final class TextFiles {

    /** The second chat template of transformers, for conversations with tools. */
    static final String TOOL_USE_TEMPLATE = "additional_chat_templates/tool_use.jinja";

    /** The paths of the files, relative to the model folder. */
    public static final List<String> NAMES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            TOOL_USE_TEMPLATE,
            "generation_config.json");

    /** The limit for each of these files, in bytes. */
    public static final long MAX_FILE = 256L << 20;

    private TextFiles() {}

    /**
     * Copies the existing files of a folder. First checks that they are JSON objects, or templates in UTF-8. Follows
     * links within the limits of {@link FolderLinks}.
     *
     * @throws ModelFormatException if a file is too long, or has the wrong content
     */
    public static void copy(Path fromFolder, Path toFolder) throws IOException {
        FolderLinks.check(fromFolder);
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
        byte[] bytes = Files.readAllBytes(from);
        if (name.endsWith(".json")) {
            checkJson(from, bytes);
        } else {
            checkText(from, bytes);
        }
        Files.write(to, bytes);
    }

    private static void checkJson(Path file, byte[] bytes) {
        try (JsonParser json = JsonFile.MAPPER.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw ModelFormatException.in(file, "is not a JSON object");
            }
            json.skipChildren();
            if (json.nextToken() != null) {
                throw ModelFormatException.in(file, "goes on behind its JSON object");
            }
        } catch (JacksonException e) {
            throw new ModelFormatException(file + ": is not valid JSON: " + StrictJson.problem(bytes), e);
        }
    }

    private static void checkText(Path file, byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file + ": is not UTF-8", e);
        }
    }
}
