package io.attune.hub;

import io.attune.format.SafetensorsIndex;
import io.attune.format.TextFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the files of a repository that an import reads. Never chooses programs, pickles, or the same weights in
 * another format.
 */
final class NeededFiles {

    static final String CONFIG = "config.json";

    private static final Pattern PART_OF_GGUF = Pattern.compile("(.*)-\\d{5}-of-(\\d{5})\\.gguf");
    private static final int MAX_NAMED = 20;

    private final HubId id;
    private final Map<String, RepositoryFile> files;

    /** @param files all files of the repository by their paths */
    NeededFiles(HubId id, Map<String, RepositoryFile> files) {
        this.id = id;
        this.files = files;
    }

    /**
     * The file config.json.
     *
     * @throws HubException if the repository does not hold a model for an import; the message says what it holds
     *     instead
     */
    RepositoryFile config() {
        if (files.containsKey(CONFIG)) {
            weightsOrIndex();
            requireTokenizer();
            return small(CONFIG, TextFiles.MAX_FILE);
        }
        if (files.containsKey("adapter_config.json")) {
            throw new HubException(id + " is a PEFT adapter, not a base model; import the model that it belongs to");
        }
        requireNoGgufInstead();
        throw new HubException(id + " holds no config.json: it is no model in the layout of transformers");
    }

    /** The files of tokenizer, chat template and generation settings, and the index of the shards if there is one. */
    List<RepositoryFile> texts() {
        List<RepositoryFile> texts = new ArrayList<>();
        for (String name : TextFiles.NAMES) {
            if (files.containsKey(name)) {
                texts.add(small(name, TextFiles.MAX_FILE));
            }
        }
        if (isSharded()) {
            texts.add(small(SafetensorsIndex.FILE, SafetensorsIndex.MAX_FILE));
        }
        return texts;
    }

    /**
     * The weights.
     *
     * @param folder holds the index of the shards already
     */
    List<RepositoryFile> weights(Path folder) {
        if (!isSharded()) {
            return List.of(files.get(SafetensorsIndex.SINGLE));
        }
        return SafetensorsIndex.read(folder).tensorsByShard().keySet().stream()
                .map(shard -> Optional.ofNullable(files.get(shard))
                        .orElseThrow(() -> new HubException(
                                id + " lacks the file " + shard + ", which its " + SafetensorsIndex.FILE + " names")))
                .toList();
    }

    /**
     * A GGUF file, or all parts of a split one in order.
     *
     * @param path of the file, or of any of its parts
     */
    List<RepositoryFile> gguf(String path) {
        if (!path.endsWith(".gguf")) {
            throw new HubException(
                    "--file " + path + " is no GGUF file; without --file the model's safetensors are fetched");
        }
        if (!files.containsKey(path)) {
            throw new HubException(id + " has no file " + path + "; " + listed(gguf()));
        }
        Matcher part = PART_OF_GGUF.matcher(path);
        if (!part.matches()) {
            return List.of(files.get(path));
        }
        List<RepositoryFile> parts = new ArrayList<>();
        for (int i = 1; i <= Integer.parseInt(part.group(2)); i++) {
            String name = "%s-%05d-of-%s.gguf".formatted(part.group(1), i, part.group(2));
            if (!files.containsKey(name)) {
                throw new HubException(id + " lacks " + name + ", a part of the GGUF file that --file names");
            }
            parts.add(files.get(name));
        }
        if (parts.isEmpty()) {
            throw new HubException("--file " + path + " names a model of 0 parts; there is no such model");
        }
        return parts;
    }

    private boolean isSharded() {
        return !files.containsKey(SafetensorsIndex.SINGLE);
    }

    private void weightsOrIndex() {
        if (files.containsKey(SafetensorsIndex.SINGLE) || files.containsKey(SafetensorsIndex.FILE)) {
            return;
        }
        if (!named(name -> name.matches("(pytorch_model.*|model)\\.(bin|pt|pth)"))
                .isEmpty()) {
            throw new HubException(
                    id + " holds its weights only as a pickle (pytorch_model.bin), which can run any program "
                            + "when it is loaded and is never read. Look on its page for a revision with "
                            + "model.safetensors (--revision refs/pr/N), or convert it with transformers: "
                            + "save_pretrained(..., safe_serialization=True), and import that folder");
        }
        requireNoGgufInstead();
        throw new HubException(id + " holds neither " + SafetensorsIndex.SINGLE + " nor " + SafetensorsIndex.FILE
                + "; save it with transformers' save_pretrained(...), which writes them, and import that folder");
    }

    private void requireTokenizer() {
        if (!files.containsKey("tokenizer.json")) {
            throw new HubException(id + " holds no tokenizer.json; save the tokenizer with transformers' "
                    + "AutoTokenizer.from_pretrained(...).save_pretrained(...), which writes it, and import "
                    + "a folder with both tokenizer and weights");
        }
    }

    private void requireNoGgufInstead() {
        if (!gguf().isEmpty()) {
            throw new HubException(id + " holds its weights as GGUF; choose one with --file NAME: " + listed(gguf()));
        }
    }

    private List<String> gguf() {
        return named(name -> name.endsWith(".gguf"));
    }

    private List<String> named(Predicate<String> wanted) {
        return files.values().stream()
                .filter(file -> wanted.test(file.name()))
                .map(RepositoryFile::path)
                .sorted()
                .toList();
    }

    private static String listed(List<String> names) {
        int more = names.size() - MAX_NAMED;
        return names.isEmpty()
                ? "it holds no GGUF file"
                : String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())))
                        + (more > 0 ? " and " + more + " more" : "");
    }

    private RepositoryFile small(String name, long most) {
        RepositoryFile file = files.get(name);
        if (file.size() > most) {
            throw new HubException(
                    name + " of " + id + " is " + file.size() + " bytes long; at most " + most + " are read");
        }
        return file;
    }
}
