package io.attune.file;

import io.attune.api.ApiException;
import java.util.Arrays;
import java.util.Set;

/** The purpose of a file. */
public enum Purpose {
    /** Rows for training or validation, uploaded by a client. */
    FINE_TUNE("fine-tune"),
    /** Results of a job: its results CSV or its artifact. */
    FINE_TUNE_RESULTS("fine-tune-results");

    private static final Set<String> ELSEWHERE = Set.of("assistants", "batch", "vision", "user_data", "evals");

    private final String wireName;

    Purpose(String wireName) {
        this.wireName = wireName;
    }

    /** Returns the name in the API and in the database. */
    public String wireName() {
        return wireName;
    }

    /** @throws ApiException if clients cannot upload files with this purpose */
    static void checkUploaded(String wireName) {
        if (ELSEWHERE.contains(wireName)) {
            throw ApiException.unsupported(
                    "purpose", "purpose", "The purpose '" + wireName + "' is not supported here; use 'fine-tune'.");
        }
        if (!wireName.equals(FINE_TUNE.wireName)) {
            throw ApiException.invalidValue("purpose", "'purpose' must be 'fine-tune', not '" + wireName + "'.");
        }
    }

    static Purpose of(String wireName) {
        return Arrays.stream(values())
                .filter(purpose -> purpose.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such purpose: " + wireName));
    }
}
