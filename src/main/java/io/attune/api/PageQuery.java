package io.attune.api;

/**
 * Which page of a list is asked for.
 *
 * @param after id of the last item of the page before, or null for the first page
 * @param limit most items on the page
 * @param ascending oldest first; lists come newest first unless asked
 */
public record PageQuery(String after, int limit, boolean ascending) {

    /** Checks {@code limit} (1 to {@code max}). Newest first. */
    public static PageQuery of(String after, int limit, int max) {
        return of(after, limit, max, "desc");
    }

    /** Checks {@code limit} (1 to {@code max}), {@code order} ({@code asc} or {@code desc}) and that {@code after} can be an id. */
    public static PageQuery of(String after, int limit, int max, String order) {
        if (limit < 1 || limit > max) {
            throw ApiException.invalidValue("limit", "'limit' must be from 1 to " + max + ", not " + limit + ".");
        }
        if (after != null && after.indexOf('\0') >= 0) { // which the database's text cannot hold
            throw ApiException.invalidValue("after", "'after' must be an id.");
        }
        boolean ascending = switch (order) {
            case "asc" -> true;
            case "desc" -> false;
            default ->
                throw ApiException.invalidValue("order", "'order' must be 'asc' or 'desc', not '" + order + "'.");
        };
        return new PageQuery(after == null || after.isEmpty() ? null : after, limit, ascending);
    }

    /** The beginning of this page: {@code most} items, or fewer where the page is shorter. */
    PageQuery first(int most) {
        return new PageQuery(after, Math.min(limit, most), ascending);
    }
}
