package io.attune.file;

import io.attune.api.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * A file that comes in parts, as its row in the table {@code upload} says.
 *
 * @param bytes size of the file, as it was announced
 * @param lifetime of the file from its creation, or null
 * @param recorded its status, but for an expiry that nobody has written down yet
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

        /** The name in the API and in the database. */
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

    /** @throws ApiException when it takes no more parts and cannot end any more, since it has ended */
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
