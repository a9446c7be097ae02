package io.attune.storage;

/** The service cannot start on this data folder: what is wrong, and what to do about it. */
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
