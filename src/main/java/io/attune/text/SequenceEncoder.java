package io.attune.text;

import io.attune.text.template.Work;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Encodes prompts and answers that follow each other as one token sequence. A prompt's ids are those of the whole
 * text up to its end, as a server computes them. An answer's ids are what the model then has to generate.
 *
 * <pre>
 * text    &lt;|im_start|>user\nHi&lt;|im_end|>\n&lt;|im_start|>assistant\nHello!&lt;|im_end|>\n ...
 *         -- prompt ------------------------------------------ answer -------- (the next turn's prompt: all of it)
 *                                      ^ the last added token, the anchor: the text from here on is encoded alone
 * </pre>
 *
 * Tokenizers first cut a text at added tokens, then encode the parts one by one. The ids of a longer text are
 * therefore computed from the last added token on. The total time is linear in the text.
 */
final class SequenceEncoder {

    /**
     * Texts to put before an answer. For any usual tokenizer, no token crosses the border after at least one of
     * them.
     */
    private static final List<String> CONTEXTS = List.of("\n", "a", ".", "0", " ", "\u3002");

    /** Units of work for each character that a tokenizer encodes. */
    private static final int ENCODING = 128;

    private final Tokenizer tokenizer;
    private final Set<Integer> ends;
    private final Work work;
    private int[] ids = new int[256];
    private boolean[] target = new boolean[256];
    private int length;
    /** Char and token at which the last added token begins. */
    private int anchorChar;

    private int anchorToken;
    /** Whether the ids equal the tokenizer's ids of the whole text. */
    private boolean exact = true;

    private int mergedBorders;

    /**
     * @param ends ids that end an answer
     * @param work counts the work of all encodings
     */
    SequenceEncoder(Tokenizer tokenizer, Set<Integer> ends, Work work) {
        this.work = work;
        this.tokenizer = tokenizer;
        this.ends = ends;
    }

    int length() {
        return length;
    }

    /**
     * The number of answers whose first token the tokenizer would have merged with the last token of the prompt.
     */
    int mergedBorders() {
        return mergedBorders;
    }

    /** Adds ids that are context, such as those of a post-processor. They stand for no text. */
    void given(int[] more) {
        for (int id : more) {
            add(id, false);
        }
        anchorToken = length;
    }

    /** Adds a whole text as targets, with nothing before it. */
    void learned(String text) {
        work.add((long) ENCODING * text.length());
        learned(tokenizer.encode(text));
    }

    /** Adds ids as targets. */
    void learned(int[] more) {
        for (int id : more) {
            add(id, true);
        }
    }

    /** Adds an id as a target, unless the sequence already ends with it. */
    void endWith(int id) {
        if (length == 0 || ids[length - 1] != id) {
            add(id, true);
        }
    }

    /** The char at which the input of {@link #prompt} has to begin. The ids of all earlier text are known. */
    int anchor() {
        return anchorChar;
    }

    /**
     * Adds the ids of a prompt that the sequence does not have yet.
     *
     * @param tail the whole prompt from {@link #anchor} on
     * @return false if the ids so far are not the first ids of the prompt; nothing is then added
     */
    boolean prompt(String tail) {
        if (!exact) {
            return false;
        }
        Encoded encoded = encoded(tail);
        int known = length - anchorToken;
        if (!startsWithKnown(encoded)) {
            return false;
        }
        for (int i = known; i < encoded.length(); i++) {
            add(encoded.ids()[i], false);
        }
        moveAnchor(encoded, encoded.length(), tail, 0);
        return true;
    }

    /**
     * Adds the answer to the last prompt: the ids of {@code written} up to and including the token that ends the
     * turn. If no token ends the turn, adds all ids.
     *
     * @param tail the prompt from {@link #anchor} on
     * @param written the text after the prompt
     * @param contentEnd minimum number of chars of {@code written} that belong to the answer; a token before this
     *     place does not end the turn
     * @return the number of chars of {@code written} that were added
     * @throws BorderException if no border between tokens separates prompt and answer
     */
    int answer(String tail, String written, int contentEnd) {
        Following following = following(tail, written);
        int end = endOfTurn(following, written, contentEnd);
        Encoded encoded = following.encoded;
        learn(following, end);
        if (exact) {
            moveAnchor(encoded, end, tail + written, following.first);
        }
        return end == encoded.length() ? written.length() : encoded.ends()[end - 1] - following.start;
    }

    /**
     * Adds a whole text after the prompt as targets.
     *
     * @param tail the prompt from {@link #anchor} on
     * @throws BorderException as {@link #answer}
     */
    void completion(String tail, String text) {
        Following following = following(tail, text);
        learn(following, following.encoded.length());
    }

    /**
     * Closes the sequence for further text, because its ids no longer follow from its text. The next turn needs a
     * new sequence.
     */
    void close() {
        exact = false;
    }

    TokenSequence sequence() {
        boolean[] targets = Arrays.copyOf(target, length);
        if (length > 0) {
            targets[0] = false; // no token comes before it
        }
        return new TokenSequence(Arrays.copyOf(ids, length), targets);
    }

    private Encoded encoded(String text) {
        work.add((long) ENCODING * text.length());
        return tokenizer.encodeWithOffsets(text);
    }

    private boolean startsWithKnown(Encoded encoded) {
        int known = length - anchorToken;
        return known <= encoded.length() && Arrays.equals(ids, anchorToken, length, encoded.ids(), 0, known);
    }

    /** An encoding of a prompt and a text; the text begins at token {@code first} and char {@code start}. */
    private record Following(Encoded encoded, int first, int start) {}

    private void learn(Following following, int end) {
        for (int i = following.first; i < end; i++) {
            add(following.encoded.ids()[i], true);
        }
    }

    /**
     * Encodes the text after a prompt. If the tokenizer merges a token across the border, the prompt keeps the ids
     * of the server.
     */
    private Following following(String tail, String text) {
        Encoded encoded = encoded(tail + text);
        if (startsWithKnown(encoded)) {
            return new Following(encoded, length - anchorToken, tail.length());
        }
        mergedBorders++;
        exact = false;
        return apart(text);
    }

    /** Encodes a text as a continuation of other text, with nothing before it. */
    private Following apart(String text) {
        for (String context : CONTEXTS) {
            Encoded before = encoded(context);
            Encoded both = encoded(context + text);
            int first = before.length();
            boolean apart = first <= both.length()
                    && Arrays.equals(before.ids(), 0, first, both.ids(), 0, first)
                    && (first == both.length() || both.starts()[first] >= context.length());
            if (apart) {
                return new Following(both, first, context.length());
            }
        }
        throw new BorderException();
    }

    /**
     * Returns the index after the token that ends the turn. Considers the added tokens and white space at the end
     * of the text. Among them, chooses the first token that ends an answer for the model, else the first special
     * token.
     */
    private int endOfTurn(Following following, String written, int contentEnd) {
        Encoded encoded = following.encoded;
        int start = following.start;
        int run = encoded.length();
        while (run > following.first && endsText(encoded, run - 1, start, written)) {
            run--;
        }
        int afterContent = run;
        while (afterContent < encoded.length() && encoded.starts()[afterContent] - start < contentEnd) {
            afterContent++;
        }
        int end = firstEnd(encoded, afterContent);
        if (end < 0) { // the content's words may also occur inside the end
            end = firstEnd(encoded, run);
        }
        return end < 0 ? encoded.length() : end;
    }

    /**
     * Returns the index after the first token that ends an answer, from {@code from} on. Without one, returns the
     * index after the first special token, or -1.
     */
    private int firstEnd(Encoded encoded, int from) {
        for (int i = from; i < encoded.length(); i++) {
            if (ends.contains(encoded.ids()[i])) {
                return i + 1;
            }
        }
        for (int i = from; i < encoded.length(); i++) {
            if (tokenizer.isSpecial(encoded.ids()[i])) {
                return i + 1;
            }
        }
        return -1;
    }

    private boolean endsText(Encoded encoded, int token, int start, String written) {
        return tokenizer.isAdded(encoded.ids()[token])
                || (encoded.starts()[token] >= start
                        && written.substring(encoded.starts()[token] - start, encoded.ends()[token] - start)
                                .isBlank());
    }

    /**
     * Moves the anchor to the last added token among the tokens [from, end) of a text that begins at the anchor.
     */
    private void moveAnchor(Encoded encoded, int end, String text, int from) {
        for (int i = end - 1; i >= from; i--) {
            String added = tokenizer.addedToken(encoded.ids()[i]);
            int start = encoded.starts()[i];
            // a tokenizer may also use an added token, such as <unk>, for other text
            if (added != null
                    && text.substring(start, encoded.ends()[i]).strip().equals(added.strip())) {
                anchorChar += start;
                anchorToken += i;
                return;
            }
        }
    }

    private void add(int id, boolean isTarget) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
            target = Arrays.copyOf(target, 2 * length);
        }
        ids[length] = id;
        target[length++] = isTarget;
    }

    /** No border between tokens lies where the answer begins, and none can be created there. */
    static final class BorderException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BorderException() {
            super("the tokenizer has no border between prompt and answer", null, false, false);
        }
    }
}
