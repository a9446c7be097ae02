package io.attune.api;

/**
 * A client's request for a page of a list.
 *
 * @param after id of the last item of the previous page, or null for the first page
 * @param limit the most items on the page
 * @param ascending true for oldest first; the default order is newest first
 */
public record PageQuery(String after, int limit, boolean ascending) {

    /**
     * Checks {@code limit} (1 to {@code max}). The order is newest first.
     *
     * @throws ApiException if a value is invalid
     */
    public static PageQuery of(String after, int limit, int max) {
        return of(after, limit, max, "desc");
    }

    /**
     * Checks {@code limit} (1 to {@code max}), {@code order} ({@code asc} or {@code desc}), and that {@code after}
     * can be an id.
     *
     * @throws ApiException if a value is invalid
     */
    public static PageQuery of(String after, int limit, int max, String order) {
        if (limit < 1 || limit > max) {
            throw ApiException.invalidValue("limit", "'limit' must be from 1 to " + max + ", not " + limit + ".");
        }
        if (after != null && after.indexOf('\0') >= 0) { // the database cannot store it
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

    /** Returns the beginning of this page: at most {@code most} items. */
    PageQuery first(int most) {
        return new PageQuery(after, Math.min(limit, most), ascending);
    }
}
