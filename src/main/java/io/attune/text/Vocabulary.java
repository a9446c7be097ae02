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
 * The tokens of a tokenizer, as its files define them. The native tokenizer does not report them.
 *
 * @param ids token to id, including added tokens
 * @param added id to token, only added tokens, by ascending id
 * @param special ids of added tokens that are special
 * @param size the largest id plus one
 */
record Vocabulary(Map<String, Integer> ids, SortedMap<Integer, String> added, BitSet special, int size) {

    /**
     * Assigns ids to added tokens as the native library does, which ignores the ids of {@code added_tokens}. A
     * token in the model's vocabulary keeps its id there. The other tokens get the ids from the vocabulary's size
     * on.
     *
     * @param model token to id, without added tokens
     * @param tokens the added tokens in order
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
                // up to version 0.21 of the library: after the largest id of an added token
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
