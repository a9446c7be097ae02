package io.attune.text;

import io.attune.text.template.Work;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes one token sequence of prompts and answers that follow each other. A prompt's ids are those of the whole text up
 * to its end, as a server computes them; an answer's ids are what then has to be generated.
 *
 * <pre>
 * text    &lt;|im_start|>user\nHi&lt;|im_end|>\n&lt;|im_start|>assistant\nHello!&lt;|im_end|>\n ...
 *         -- prompt ------------------------------------------ answer -------- (prompt of the next turn: all of it)
 *                                      ^ the last added token: what follows it is encoded apart from what is before
 * </pre>
 *
 * Tokenizers cut a text at added tokens before they do anything else, and encode the parts one by one. So the ids of a
 * longer text are computed from the last added token on, and all of it together is linear in the text.
 */
final class SequenceEncoder {

    /** Texts that an answer can follow without a token across the border, for one at least of any usual tokenizer. */
    private static final List<String> CONTEXTS = List.of("\n", "a", ".", "0", " ", "\u3002");

    /** Work for each character that a tokenizer encodes. */
    private static final int ENCODING = 128;

    private final Tokenizer tokenizer;
    private final Set<Integer> ends;
    private final Work work;
    private int[] ids = new int[256];
    private boolean[] target = new boolean[256];
    private int length;
    /** Char and token where the last added token begins that the text is cut at. */
    private int anchorChar;

    private int anchorToken;
    /** Whether the ids are those that the tokenizer makes of the text. */
    private boolean exact = true;

    private int mergedBorders;

    /**
     * @param ends ids that end an answer
     * @param work that all of it counts as
     */
    SequenceEncoder(Tokenizer tokenizer, Set<Integer> ends, Work work) {
        this.work = work;
        this.tokenizer = tokenizer;
        this.ends = ends;
    }

    int length() {
        return length;
    }

    /** Answers whose first token the tokenizer would have merged with the last of the prompt. */
    int mergedBorders() {
        return mergedBorders;
    }

    /** Adds ids that are there to be read, such as those of a post-processor. They stand for no text. */
    void given(int[] more) {
        for (int id : more) {
            add(id, false);
        }
        anchorToken = length;
    }

    /** Adds all of a text as what is to be learned, with nothing put in front of it. */
    void learned(String text) {
        work.add((long) ENCODING * text.length());
        learned(tokenizer.encode(text));
    }

    /** Adds ids that are to be learned. */
    void learned(int[] more) {
        for (int id : more) {
            add(id, true);
        }
    }

    /** Adds an id that is to be learned, unless it is the last one already. */
    void endWith(int id) {
        if (length == 0 || ids[length - 1] != id) {
            add(id, true);
        }
    }

    /**
     * Where the text that {@link #prompt} encodes begins: all before it is known. Callers keep the text from here on.
     */
    int anchor() {
        return anchorChar;
    }

    /**
     * Adds what a prompt has more than the text so far.
     *
     * @param tail the whole prompt from {@link #anchor} on
     * @return false, and nothing is added, if the ids so far are not the first ones of the prompt's
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
     * Adds the answer to the prompt that was added last: all of {@code written} up to and with the token that ends the
     * turn, or all of it where no token does.
     *
     * @param tail the prompt from {@link #anchor} on
     * @param written what follows the prompt
     * @param contentEnd chars of {@code written} that the answer's own text has at least; tokens that end a turn do not
     *     end it before
     * @return how many chars of {@code written} were added
     * @throws BorderException if the answer cannot be told from the prompt in tokens
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
     * Adds all of a text that follows the prompt as what is to be learned.
     *
     * @param tail the prompt from {@link #anchor} on
     * @throws BorderException as {@link #answer}
     */
    void completion(String tail, String text) {
        Following following = following(tail, text);
        learn(following, following.encoded.length());
    }

    /** The rest of the sequence cannot be computed from its text any more: another one has to begin for the next turn. */
    void close() {
        exact = false;
    }

    TokenSequence sequence() {
        boolean[] targets = Arrays.copyOf(target, length);
        if (length > 0) {
            targets[0] = false; // nothing comes before it
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

    /** An encoding with a text in it that begins with token {@code first} and char {@code start}. */
    private record Following(Encoded encoded, int first, int start) {}

    private void learn(Following following, int end) {
        for (int i = following.first; i < end; i++) {
            add(following.encoded.ids()[i], true);
        }
    }

    /** What follows a prompt. Where the tokenizer merges a token across the border, the prompt's ids are the server's. */
    private Following following(String tail, String text) {
        Encoded encoded = encoded(tail + text);
        if (startsWithKnown(encoded)) {
            return new Following(encoded, length - anchorToken, tail.length());
        }
        mergedBorders++;
        exact = false;
        return apart(text);
    }

    /** The ids of a text that follows another one, with nothing put in front of it. */
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
     * The index after the token that ends the turn. Of the added tokens and white space at the end it is the first that
     * ends an answer for the model, else the first special one.
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
        if (end < 0) { // the content's words may have been found inside of the end itself
            end = firstEnd(encoded, run);
        }
        return end < 0 ? encoded.length() : end;
    }

    /** The index after the first token from {@code from} on that ends an answer, else after the first special one; or -1. */
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

    /** Moves the anchor to the last added token among the tokens [from, end) of a text that begins at the anchor. */
    private void moveAnchor(Encoded encoded, int end, String text, int from) {
        for (int i = end - 1; i >= from; i--) {
            String added = tokenizer.addedToken(encoded.ids()[i]);
            int start = encoded.starts()[i];
            // a model may also give the id of an added token, such as <unk>, for other text
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

    /** No token border lies where the answer begins, and none can be made there. */
    static final class BorderException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BorderException() {
            super("the tokenizer has no border between prompt and answer", null, false, false);
        }
    }
}
