package io.attune.job.api;

import io.attune.api.ApiException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A condition on the metadata of the jobs in a list.
 *
 * @param pairs pairs that a job must have; without pairs, all jobs match
 * @param none whether only jobs without metadata match
 */
record MetadataFilter(Map<String, String> pairs, boolean none) {

    private static final String NAME = "metadata";

    /**
     * Reads any number of query parameters {@code metadata[key]=value}, or {@code metadata=null}. A key may contain
     * brackets itself.
     */
    static MetadataFilter of(Map<String, String> query) {
        Map<String, String> pairs = new TreeMap<>();
        query.forEach((name, value) -> {
            if (name.startsWith(NAME + "[") && name.endsWith("]")) {
                pairs.put(name.substring(NAME.length() + 1, name.length() - 1), value);
            }
        });
        String whole = query.get(NAME);
        if (whole != null && !whole.equals("null")) {
            throw ApiException.invalidValue(
                    NAME, "'metadata' may be null here; write 'metadata[key]=value' to ask for a pair.");
        }
        if (whole != null && !pairs.isEmpty()) {
            throw ApiException.invalidValue(NAME, "'metadata=null' and a pair of metadata exclude each other.");
        }
        return new MetadataFilter(pairs, whole != null);
    }
}
