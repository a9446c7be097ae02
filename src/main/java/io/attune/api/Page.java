package io.attune.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a list. On an empty page {@code first_id} and {@code last_id} are empty strings. The page after the last
 * item is an empty page and not an error.
 */
public record Page<T>(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "list")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<T> data,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("first_id")
        String firstId,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("last_id")
        String lastId,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("has_more")
        boolean hasMore) {

    /**
     * Makes a page from the items that were found.
     *
     * @param found at most {@code limit + 1} items; the additional item shows that there is a next page
     * @param id returns the id of an item
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> id) {
        List<T> data = List.copyOf(found.subList(0, Math.min(limit, found.size())));
        String first = data.isEmpty() ? "" : id.apply(data.get(0));
        String last = data.isEmpty() ? "" : id.apply(data.get(data.size() - 1));
        return new Page<>("list", data, first, last, found.size() > limit);
    }
}
