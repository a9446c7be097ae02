package io.attune.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens the files of a split model, as llama.cpp's gguf-split writes them:
 *
 * <pre>
 * NAME-00001-of-00003.gguf   split.no 0   all metadata, and the first tensors or none
 * NAME-00002-of-00003.gguf   split.no 1   the next tensors
 * NAME-00003-of-00003.gguf   split.no 2   the last tensors
 * </pre>
 *
 * <p>Each file holds {@code split.count}, the number of files, and {@code split.tensors.count}, the number of tensors
 * in all files together.
 */
final class GgufParts {

    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");
    private static final int MAX_PARTS = 4096;

    /** The keys whose values may differ between the parts. */
    private static final Set<String> OWN_KEYS = Set.of("split.no", "general.alignment");

    private GgufParts() {}

    /**
     * Opens the further parts of a file. Gives an empty list if the model is not split.
     *
     * @throws ModelFormatException if {@code first} is not the first part, or if a part is missing or belongs to
     *     another model; the message names the part
     */
    static List<Gguf> openOthers(Gguf first) {
        GgufMetadata metadata = first.metadata();
        int count = metadata.integer("split.count", 0, MAX_PARTS, 1);
        if (count < 2) {
            return List.of();
        }
        Path file = first.file();
        Matcher name = NAME.matcher(file.getFileName().toString());
        int number = metadata.integer("split.no", 0, count - 1) + 1;
        if (!name.matches() || Integer.parseInt(name.group(2)) != number || Integer.parseInt(name.group(3)) != count) {
            throw ModelFormatException.in(
                    file,
                    "is part " + number + " of " + count + ", and its name does not say so: name it "
                            + called("NAME", number, count)
                            + ", name the other parts in the same way, and put all parts into one folder");
        }
        if (number != 1) {
            throw ModelFormatException.in(
                    file,
                    "is part " + number + " of " + count + "; give the first one, " + called(name.group(1), 1, count));
        }
        List<Gguf> others = new ArrayList<>();
        try {
            int tensors = first.tensors().size();
            for (int part = 2; part <= count; part++) {
                Gguf other = open(first, file.resolveSibling(called(name.group(1), part, count)), part, count);
                others.add(other);
                tensors += other.tensors().size();
                if (tensors > Gguf.MAX_TENSORS) {
                    throw ModelFormatException.in(
                            other.file(),
                            "with this part the model has " + tensors + " tensors; at most " + Gguf.MAX_TENSORS
                                    + " are read");
                }
            }
            checkTensors(first, others);
            return others;
        } catch (RuntimeException e) {
            others.forEach(Gguf::close);
            throw e;
        }
    }

    private static Gguf open(Gguf first, Path file, int number, int count) {
        if (!Files.isRegularFile(file)) {
            throw ModelFormatException.in(
                    file, "there is no such file; it is part " + number + " of the " + count + " parts of the model");
        }
        FolderLinks.checkFile(file);
        Gguf part = Gguf.openPart(file);
        try {
            GgufMetadata metadata = part.metadata();
            if (metadata.integer("split.no", 0, MAX_PARTS) != number - 1) {
                throw metadata.refused(
                        "split.no", "is not " + (number - 1) + ", as the file's name has it; download this part again");
            }
            for (Map.Entry<String, Object> pair : metadata.values().entrySet()) {
                Object expected = first.metadata().values().get(pair.getKey());
                if (!OWN_KEYS.contains(pair.getKey()) && !pair.getValue().equals(expected)) {
                    throw metadata.refused(
                            pair.getKey(),
                            "is not what " + first.file().getFileName()
                                    + " has there: the two are parts of different models; download all parts again");
                }
            }
            part.forgetMetadata();
            return part;
        } catch (RuntimeException e) {
            part.close();
            throw e;
        }
    }

    private static void checkTensors(Gguf first, List<Gguf> others) {
        int expected = first.metadata().integer("split.tensors.count", 0, Integer.MAX_VALUE);
        int found = first.tensors().size();
        for (Gguf other : others) {
            found += other.tensors().size();
        }
        if (found != expected) {
            throw first.metadata()
                    .refused(
                            "split.tensors.count",
                            "is " + expected + "; the " + (others.size() + 1) + " parts hold " + found
                                    + " tensors: download all of them again");
        }
    }

    private static String called(String name, int number, int count) {
        return "%s-%05d-of-%05d.gguf".formatted(name, number, count);
    }
}
