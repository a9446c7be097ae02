package io.attune.format;

import java.nio.file.Path;

/**
 * The source of an import.
 *
 * @param files a folder in Hugging Face layout, or a GGUF file (of a split file, the first part)
 * @param source the name of the source in the manifest
 * @param hubCommit the commit of the hub's repository with the files; null for files on this machine
 */
public record ModelOrigin(Path files, String source, String hubCommit) {

    /** Files on this machine. The manifest gets the name of the file or folder, without its parent folders. */
    public static ModelOrigin local(Path files) {
        return new ModelOrigin(
                files, files.toAbsolutePath().normalize().getFileName().toString(), null);
    }
}
