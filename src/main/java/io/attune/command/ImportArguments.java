package io.attune.command;

import io.attune.format.TextOptions;
import io.attune.hub.HubId;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The arguments of an import.
 *
 * @param path the folder or the file; may not exist if {@code hub} is present
 * @param hub the model to fetch from the Hub; empty for a folder or a file
 * @param name the new name of the model
 * @param hubId the name of the model in adapters, or null
 */
record ImportArguments(Path path, Optional<HubSource> hub, String name, String hubId, TextOptions text) {

    /**
     * A model of the Hub.
     *
     * @param file the GGUF file to fetch, or null for the safetensors
     */
    record HubSource(HubId id, String revision, String file) {}

    private static final String DEFAULT_REVISION = "main";

    /** @throws IllegalArgumentException if an argument is invalid; the message names it */
    static ImportArguments parse(String[] args) {
        String source = null;
        String name = null;
        String hubId = null;
        String revision = null;
        String file = null;
        String chatTemplate = null;
        String eos = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--name" -> name = value(args, i++);
                case "--hub-id" -> hubId = value(args, i++);
                case "--revision" -> revision = value(args, i++);
                case "--file" -> file = value(args, i++);
                case "--chat-template" -> chatTemplate = value(args, i++);
                case "--eos" -> eos = value(args, i++);
                default -> {
                    if (args[i].startsWith("-")) {
                        throw new IllegalArgumentException("unknown option " + args[i]);
                    }
                    if (source != null) {
                        throw new IllegalArgumentException("one MODEL is wanted, found " + source + " and " + args[i]);
                    }
                    source = args[i];
                }
            }
        }
        if (source == null) {
            throw new IllegalArgumentException("MODEL is missing");
        }
        Path path = path(source);
        TextOptions text = new TextOptions(chatTemplate == null ? null : path(chatTemplate), eos);
        Optional<HubId> id = Files.exists(path) ? Optional.empty() : HubId.of(source);
        if (id.isPresent()) {
            String model = id.get().value();
            HubSource hub = new HubSource(id.get(), revision == null ? DEFAULT_REVISION : revision, file);
            return new ImportArguments(
                    path, Optional.of(hub), name == null ? model : name, hubId == null ? model : hubId, text);
        }
        if (revision != null || file != null) {
            throw new IllegalArgumentException((revision != null ? "--revision" : "--file")
                    + " is for models of the Hub; " + source + " is a path");
        }
        if (name == null) {
            throw new IllegalArgumentException("--name is missing");
        }
        return new ImportArguments(path, Optional.empty(), name, hubId, text);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
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
