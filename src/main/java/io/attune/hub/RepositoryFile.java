package io.attune.hub;

/**
 * A file of a repository at one commit.
 *
 * @param path its names divided by '/', none of which leads out of the folder
 * @param size in bytes
 */
record RepositoryFile(String path, long size, Checksum checksum) {

    /** The file's own name, without the folders before it. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
