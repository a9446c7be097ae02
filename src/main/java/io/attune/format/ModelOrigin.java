package io.attune.format;

import java.nio.file.Path;

/**
 * What a model is imported from.
 *
 * @param files a folder in Hugging Face layout, or a GGUF file (the first part of one that is split)
 * @param source what the manifest calls it
 * @param hubCommit the commit of the hub's repository that the files came from; null where they lay on this machine
 */
public record ModelOrigin(Path files, String source, String hubCommit) {

    /** Files that lie on this machine; the manifest gets their name without the folders around it. */
    public static ModelOrigin local(Path files) {
        return new ModelOrigin(
                files, files.toAbsolutePath().normalize().getFileName().toString(), null);
    }
}
