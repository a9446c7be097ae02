package io.attune.storage;

/**
 * The service cannot start with this storage. Has a sentence about the problem and a sentence about the solution.
 */
public final class StorageException extends RuntimeException {

    private final String wayOut;

    public StorageException(String problem, String wayOut) {
        super(problem);
        this.wayOut = wayOut;
    }

    public String wayOut() {
        return wayOut;
    }
}
