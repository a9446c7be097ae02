package io.attune.model;

import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;

/** Generates text greedily: always chooses the most likely token. */
public final class GreedyGeneration {

    private final Decoder decoder;
    private final Set<Integer> ends;

    /** @param ends tokens that end a text; they are not part of the result */
    public GreedyGeneration(Decoder decoder, Set<Integer> ends) {
        this.decoder = decoder;
        this.ends = ends;
    }

    /**
     * Continues a prompt.
     *
     * @param maxNewTokens maximum number of new tokens; an end token or the end of the model's context may come
     *     earlier
     * @param each gets each token as soon as it is generated
     */
    public int[] complete(int[] prompt, int maxNewTokens, IntConsumer each) {
        int room = Math.min(maxNewTokens, decoder.architecture().context() - prompt.length);
        if (prompt.length == 0 || room <= 0) {
            throw new IllegalArgumentException(
                    "a prompt of " + prompt.length + " tokens leaves no room in a context of "
                            + decoder.architecture().context());
        }
        int[] tokens = new int[room];
        int count = 0;
        try (KeyValueCache cache = decoder.cache(prompt.length + room)) {
            int token = decoder.next(cache, prompt);
            while (!ends.contains(token)) {
                tokens[count++] = token;
                each.accept(token);
                if (count == room) {
                    break;
                }
                token = decoder.next(cache, token);
            }
        }
        return Arrays.copyOf(tokens, count);
    }
}
