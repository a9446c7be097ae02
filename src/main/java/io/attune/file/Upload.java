package io.attune.file;

import io.attune.api.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * A row of the table {@code upload}: a file that a client sends in parts.
 *
 * @param bytes announced size of the file
 * @param lifetime time from the creation of the file to its deletion, or null
 * @param recorded status in the table; an expired upload may still have the status {@code PENDING} there
 */
record Upload(
        String id,
        String projectId,
        String filename,
        String purpose,
        long bytes,
        Duration lifetime,
        Status recorded,
        Instant createdAt,
        Instant expiresAt) {

    enum Status {
        PENDING,
        COMPLETED,
        CANCELLED,
        EXPIRED;

        /** Returns the name in the API and in the database. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status of(String wireName) {
            return Arrays.stream(values())
                    .filter(status -> status.wireName().equals(wireName))
                    .findFirst()
                    .orElseThrow();
        }
    }

    Status status(Instant now) {
        return recorded == Status.PENDING && !expiresAt.isAfter(now) ? Status.EXPIRED : recorded;
    }

    /** @throws ApiException if the upload has ended and takes no more parts */
    void requirePending(Instant now) {
        switch (status(now)) {
            case PENDING -> {}
            case COMPLETED -> throw ended("upload_completed", "was completed already: its file is there");
            case CANCELLED -> throw ended("upload_cancelled", "was cancelled. Create another");
            case EXPIRED ->
                throw ended("upload_expired", "has expired: it had to be completed within an hour. Create another");
        }
    }

    private ApiException ended(String code, String what) {
        return ApiException.conflict(code, "The upload " + id + " " + what + ".");
    }
}
