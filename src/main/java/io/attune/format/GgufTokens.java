package io.attune.format;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a GGUF file.
 *
 * @param texts by id
 * @param types by id
 * @param ids by text
 */
record GgufTokens(GgufMetadata metadata, List<String> texts, List<Integer> types, Map<String, Integer> ids) {

    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    static GgufTokens read(GgufMetadata metadata) {
        List<String> texts = metadata.texts("tokenizer.ggml.tokens");
        List<Integer> types = metadata.integers("tokenizer.ggml.token_type").stream()
                .map(Long::intValue)
                .toList();
        if (types.size() != texts.size()) {
            throw metadata.refused(
                    "tokenizer.ggml.token_type", "has " + types.size() + " entries for " + texts.size() + " tokens");
        }
        return of(metadata, texts, types);
    }

    /** The same tokens with other texts. */
    GgufTokens spelled(List<String> other) {
        return of(metadata, other, types);
    }

    private static GgufTokens of(GgufMetadata metadata, List<String> texts, List<Integer> types) {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < texts.size(); id++) {
            Integer other = ids.put(texts.get(id), id);
            if (other != null) {
                throw metadata.refused(
                        "tokenizer.ggml.tokens", "holds \"" + texts.get(id) + "\" twice, as " + other + " and " + id);
            }
        }
        return new GgufTokens(metadata, texts, types, ids);
    }

    int size() {
        return texts.size();
    }

    String text(int id) {
        return texts.get(id);
    }

    int type(int id) {
        return types.get(id);
    }

    /** The id under a key of the metadata, such as {@code tokenizer.ggml.bos_token_id}. */
    int named(String key) {
        return metadata.integer(key, 0, size() - 1);
    }
}
