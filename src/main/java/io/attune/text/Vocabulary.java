package io.attune.text;

import io.attune.format.ModelFormatException;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tokenizer's files say of its tokens, which the native tokenizer does not tell.
 *
 * @param ids token to id, added tokens included
 * @param added id to token, of added tokens alone, by rising id
 * @param special ids of added tokens that are special
 * @param size one more than the largest id
 */
record Vocabulary(Map<String, Integer> ids, SortedMap<Integer, String> added, BitSet special, int size) {

    /**
     * Gives ids to added tokens as the native library does, which does not read those of {@code added_tokens}: a token
     * that the model's vocabulary holds keeps its id there, the others follow upon the vocabulary's size.
     *
     * @param model token to id, without added tokens
     * @param tokens the added tokens in their order
     * @throws ModelFormatException if versions of the library disagree on the ids, because the vocabulary has gaps
     */
    static Vocabulary of(Map<String, Integer> model, Collection<AddedToken> tokens) {
        Map<String, Integer> ids = new HashMap<>(model);
        SortedMap<Integer, String> added = new TreeMap<>();
        BitSet special = new BitSet();
        int next = model.size();
        for (AddedToken token : tokens) {
            Integer id = ids.get(token.content());
            if (id == null) {
                id = next++;
                // until version 0.21 of the library: after the largest id that an added token has
                int largest = added.isEmpty() ? -1 : added.lastKey();
                if (id != Math.max(model.size(), largest + 1)) {
                    throw new ModelFormatException(
                            "the added token \"" + token.content() + "\" has no id that is the same in all"
                                    + " versions of the tokenizers library, as the vocabulary has gaps: write it"
                                    + " into model.vocab with an id");
                }
                ids.put(token.content(), id);
            }
            added.put(id, token.content());
            special.set(id, token.special());
        }
        int size = 0;
        for (int id : ids.values()) {
            size = Math.max(size, id + 1);
        }
        return new Vocabulary(
                Collections.unmodifiableMap(ids), Collections.unmodifiableSortedMap(added), special, size);
    }
}
