package io.attune.file;

import java.util.Arrays;

/** What a file is for. */
public enum Purpose {
    /** Rows to train or validate on, uploaded. */
    FINE_TUNE("fine-tune"),
    /** What a job made: its results CSV, its artifact. */
    FINE_TUNE_RESULTS("fine-tune-results");

    private final String wireName;

    Purpose(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the API and in the database. */
    public String wireName() {
        return wireName;
    }

    static Purpose of(String wireName) {
        return Arrays.stream(values())
                .filter(purpose -> purpose.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such purpose: " + wireName));
    }
}
