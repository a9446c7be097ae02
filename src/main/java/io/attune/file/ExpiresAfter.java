package io.attune.file;

import io.attune.api.ApiException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The time after which a file is deleted, as a client writes it. */
@Schema(name = "FileExpirationAfter", description = "When the file deletes itself; never unless given.")
record ExpiresAfter(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "created_at")
        String anchor,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, minimum = "3600", maximum = "2592000")
        Long seconds) {

    static final String NAME = "expires_after";

    private static final long SHORTEST = 3_600;
    private static final long LONGEST = 2_592_000;

    /** Reads the two fields of a form. Returns null if both fields are missing. */
    static ExpiresAfter ofForm(MultipartForm<?> form) {
        String anchor = form.field(inForm("anchor"));
        String seconds = form.field(inForm("seconds"));
        if (anchor == null && seconds == null) {
            return null;
        }
        try {
            return new ExpiresAfter(anchor, seconds == null ? null : Long.valueOf(seconds));
        } catch (NumberFormatException e) {
            throw outOfRange(inForm("seconds"), seconds);
        }
    }

    /** Returns the name of a field in a form, such as {@code expires_after[seconds]}. */
    static String inForm(String field) {
        return NAME + "[" + field + "]";
    }

    /** Returns the name of a field in JSON, such as {@code expires_after.seconds}. */
    static String inJson(String field) {
        return NAME + "." + field;
    }

    /**
     * Returns the checked time from the creation of the file to its deletion.
     *
     * @param nameOf gives the name of a field as the client writes it
     * @throws ApiException if a field is missing or out of range
     */
    Duration lifetime(UnaryOperator<String> nameOf) {
        if (anchor == null || seconds == null) {
            throw ApiException.missingParameter(nameOf.apply(anchor == null ? "anchor" : "seconds"));
        }
        if (!anchor.equals("created_at")) {
            String name = nameOf.apply("anchor");
            throw ApiException.invalidValue(name, "'" + name + "' must be 'created_at', not '" + anchor + "'.");
        }
        if (seconds < SHORTEST || seconds > LONGEST) {
            throw outOfRange(nameOf.apply("seconds"), seconds.toString());
        }
        return Duration.ofSeconds(seconds);
    }

    private static ApiException outOfRange(String name, String value) {
        return ApiException.invalidValue(
                name,
                "'" + name + "' must be an integer from " + SHORTEST + " to " + LONGEST + ", not '" + value + "'.");
    }
}
