package io.attune.trainer;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.text.TokenRow;
import io.attune.text.TokenSequence;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt for the model.
 *
 * @param turns the prompt for people: a conversation, or one turn with the role {@link #RAW}
 * @param ids the tokens that a server puts before the answer
 */
record Prompt(List<ChatTurn> turns, int[] ids) {

    /** The role of a prompt that is raw text and not a conversation. */
    static final String RAW = "prompt";

    /** Number of tokens of a raw text that a sample continues. */
    private static final int TEXT_TOKENS = 32;

    /** Returns the part of a row before its last answer. For raw text, returns the beginning of the text. */
    static Prompt of(Row row, TokenRow tokens, ModelText text) {
        TokenSequence sequence = tokens.sequences().get(tokens.sequences().size() - 1);
        if (row instanceof Row.Text) {
            int[] beginning = Arrays.copyOf(sequence.ids(), Math.min(TEXT_TOKENS, sequence.length() / 2 + 1));
            return new Prompt(List.of(new ChatTurn(RAW, text.decode(beginning))), beginning);
        }
        int[] ids = Arrays.copyOf(sequence.ids(), lastAnswer(sequence));
        if (row instanceof Row.Completion completion) {
            return new Prompt(List.of(new ChatTurn(RAW, completion.prompt())), ids);
        }
        List<Message> messages = ((Row.Chat) row).messages();
        int last = messages.size() - 1;
        while (!messages.get(last).isTrainedOn()) {
            last--;
        }
        return new Prompt(
                messages.subList(0, last).stream()
                        .map(message -> new ChatTurn(message.role(), message.content()))
                        .toList(),
                ids);
    }

    /** Returns the index at which the last run of targets begins. */
    private static int lastAnswer(TokenSequence sequence) {
        int start = sequence.length();
        while (!sequence.target()[start - 1]) {
            start--;
        }
        while (start > 0 && sequence.target()[start - 1]) {
            start--;
        }
        return start;
    }
}
