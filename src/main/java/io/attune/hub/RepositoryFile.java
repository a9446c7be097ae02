package io.attune.hub;

/**
 * A file of a repository at one commit.
 *
 * @param path names with '/' between them; the path never leads out of the folder
 * @param size in bytes
 */
record RepositoryFile(String path, long size, Checksum checksum) {

    /** The name of the file, without its folders. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
