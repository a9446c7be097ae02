package io.attune.text;

import io.attune.dataset.Finding;
import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.text.template.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes token rows of rows. What is trained on are the tokens that serving would have to produce: of every assistant
 * turn of weight 1 all that the template writes after the generation prompt, up to and including the token that ends
 * the turn.
 *
 * <pre>
 * render(messages[:2], generation prompt)                          render(messages[:3])
 * &lt;|im_start|>user\nHi&lt;|im_end|>\n&lt;|im_start|>assistant\n    Hello!&lt;|im_end|>   \n
 * ------------------------------ given -----------------------    ---- target ----   - given
 * </pre>
 *
 * Given and target texts are tokenised apart, so that the ids before a target are those that serving puts there. A
 * template that writes the past differently once it is past has no such boundaries; such rows are refused.
 */
public final class RowEncoder {

    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final int endOfText;

    /** {@code endOfText} is the id that ends the completion of a prompt/completion row. */
    public RowEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template, int endOfText) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.endOfText = endOfText;
    }

    /**
     * Encodes a row; the result has at least one target.
     *
     * @throws UnencodableRowException if what is trained on cannot be told exactly, or is nothing
     */
    public TokenRow encode(Row row) {
        Ids ids = new Ids();
        if (row instanceof Row.Chat chat) {
            chat(chat, ids);
        } else if (row instanceof Row.Text text) {
            ids.add(tokenizer.encode(text.text()), true);
            ids.add(new int[] {endOfText}, true);
        } else {
            Row.Completion completion = (Row.Completion) row;
            ids.add(tokenizer.encode(completion.prompt()), false);
            ids.add(tokenizer.encode(completion.completion()), true);
            ids.add(new int[] {endOfText}, true);
        }
        TokenRow encoded = ids.row(row.line());
        if (encoded.targets() == 0) {
            throw refusal(row, "", "The row has no token to learn. Give it an answer or remove it.");
        }
        return encoded;
    }

    private void chat(Row.Chat row, Ids ids) {
        ChatTemplate chat = template.orElseThrow(() -> refusal(
                row, "messages", "The model has no chat template. Use prompt/completion rows or another model."));
        String past = "";
        for (int i = 0; i < row.messages().size(); i++) {
            if (!row.messages().get(i).isTrainedOn()) {
                continue;
            }
            String field = "messages[" + i + "]";
            String turn = render(chat, row, i + 1, false);
            String prompt = i == 0 ? promptOfFirst(chat, row, turn) : render(chat, row, i, true);
            if (!turn.startsWith(prompt)) {
                throw refusal(
                        row,
                        field,
                        "The model's chat template does not write this turn after its generation prompt, so what is"
                                + " to be learned cannot be told. Give the turn weight 0.");
            }
            ids.add(tokenizer.encode(following(past, prompt, row, field)), false);
            past = prompt + answer(turn.substring(prompt.length()), ids);
        }
        String all = render(chat, row, row.messages().size(), false);
        ids.add(tokenizer.encode(following(past, all, row, "messages")), false);
    }

    private String render(ChatTemplate chat, Row.Chat row, int messages, boolean addGenerationPrompt) {
        try {
            return chat.render(row.messages().subList(0, messages), row.tools(), addGenerationPrompt);
        } catch (TemplateException e) {
            throw refusal(row, "messages", e.getMessage());
        }
    }

    /**
     * What stands before an answer that is the first message. Serving is never asked for one, and templates need not
     * render an empty conversation (or then write a default system prompt), so the generation prompt is taken from
     * another conversation and looked for.
     */
    private String promptOfFirst(ChatTemplate chat, Row.Chat row, String turn) {
        Row.Chat other = new Row.Chat(row.line(), List.of(new Message("user", "Hi")), row.tools());
        String without = render(chat, other, 1, false);
        String with = render(chat, other, 1, true);
        String generationPrompt = with.startsWith(without) ? with.substring(without.length()) : "";
        int at = turn.indexOf(generationPrompt);
        if (generationPrompt.isEmpty() || at < 0) {
            throw refusal(
                    row,
                    "messages[0]",
                    "The model's chat template does not tell where an answer begins that is the first"
                            + " message. Put a user message before it or give it weight 0.");
        }
        return turn.substring(0, at + generationPrompt.length());
    }

    /** What {@code text} says after {@code past}. */
    private static String following(String past, String text, Row.Chat row, String field) {
        if (!text.startsWith(past)) {
            throw refusal(
                    row,
                    field,
                    "The model's chat template rewrites earlier turns once others follow, so they cannot be learned in"
                            + " one row. Give all but the last assistant message weight 0, or make a row of each.");
        }
        return text.substring(past.length());
    }

    /** Adds the target of a turn, and returns its text. What follows the token that ends the turn is white space. */
    private String answer(String rest, Ids ids) {
        String stripped = rest.stripTrailing();
        int[] target = tokenizer.encode(stripped);
        if (target.length > 0 && tokenizer.isAdded(target[target.length - 1])) {
            ids.add(target, true);
            return stripped;
        }
        ids.add(tokenizer.encode(rest), true);
        return rest;
    }

    private static UnencodableRowException refusal(Row row, String field, String problem) {
        return new UnencodableRowException(new Finding(row.line(), field, problem));
    }

    /** Token ids as they come. */
    private static final class Ids {
        private final List<int[]> pieces = new ArrayList<>();
        private final List<Boolean> targets = new ArrayList<>();
        private int length;

        void add(int[] piece, boolean target) {
            pieces.add(piece);
            targets.add(target);
            length += piece.length;
        }

        /** A first token is never a target: nothing comes before it. */
        TokenRow row(int line) {
            int[] ids = new int[length];
            boolean[] target = new boolean[length];
            int at = 0;
            for (int i = 0; i < pieces.size(); i++) {
                int[] piece = pieces.get(i);
                System.arraycopy(piece, 0, ids, at, piece.length);
                Arrays.fill(target, at, at + piece.length, targets.get(i));
                at += piece.length;
            }
            if (length > 0) {
                target[0] = false;
            }
            return new TokenRow(line, ids, target);
        }
    }
}
