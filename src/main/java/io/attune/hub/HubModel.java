package io.attune.hub;

import java.nio.file.Path;

/**
 * A model that has been fetched.
 *
 * @param files a folder in Hugging Face layout, or a GGUF file (the first part of one that is split)
 * @param source the id of the repository, and the file where one was chosen
 * @param commit in hexadecimal
 */
public record HubModel(Path files, String source, String commit) {}
