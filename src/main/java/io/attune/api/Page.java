package io.attune.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a list. {@code first_id} and {@code last_id} are empty strings on an empty page. The page past the end is an empty page, never
 * an error.
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
     * A page of some items.
     *
     * @param found at most {@code limit + 1} items: the one too many tells that there is more
     * @param id of an item
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> id) {
        List<T> data = List.copyOf(found.subList(0, Math.min(limit, found.size())));
        String first = data.isEmpty() ? "" : id.apply(data.get(0));
        String last = data.isEmpty() ? "" : id.apply(data.get(data.size() - 1));
        return new Page<>("list", data, first, last, found.size() > limit);
    }
}
