package io.attune.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.api.ApiException;
import io.attune.api.idempotency.Fingerprint;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The parts of an upload, in the order of the file. */
@Schema(name = "CompleteUploadRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record CompleteUploadRequest(
        @ArraySchema(
                minItems = 1,
                uniqueItems = true,
                arraySchema =
                        @Schema(
                                requiredMode = Schema.RequiredMode.REQUIRED,
                                description =
                                        "Ids of parts, in the order of the file. Parts that are not named are left out."))
        @JsonProperty("part_ids")
        List<String> partIds,

        @Schema(pattern = "^[0-9A-Fa-f]{32}$", description = "Checksum of the file.")
        String md5) {

    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

    /** @throws ApiException if a field is missing or invalid */
    CompleteUploadRequest {
        if (partIds == null) {
            throw ApiException.missingParameter("part_ids");
        }
        if (partIds.isEmpty()) {
            throw ApiException.invalidValue("part_ids", "'part_ids' must name at least one part.");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < partIds.size(); i++) {
            if (partIds.get(i) == null) {
                throw ApiException.invalidValue("part_ids[" + i + "]", "'part_ids[" + i + "]' must be a string.");
            }
            if (!seen.add(partIds.get(i))) {
                throw ApiException.invalidValue(
                        "part_ids[" + i + "]",
                        "'part_ids[" + i + "]' names the part " + partIds.get(i) + " again; name each part once.");
            }
        }
        if (md5 != null) {
            md5 = md5.toLowerCase(Locale.ROOT);
            if (!MD5.matcher(md5).matches()) {
                throw ApiException.invalidValue("md5", "'md5' must be 32 hexadecimal digits.");
            }
        }
        partIds = List.copyOf(partIds);
    }

    /** Adds the values that the client sent to the fingerprint of its request. */
    Fingerprint addTo(Fingerprint fingerprint) {
        fingerprint.and(md5);
        partIds.forEach(fingerprint::and);
        return fingerprint;
    }
}
