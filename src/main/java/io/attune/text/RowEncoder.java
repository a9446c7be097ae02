package io.attune.text;

import io.attune.dataset.Finding;
import io.attune.dataset.Row;
import io.attune.text.template.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Encodes rows as token rows. The ids before a target are those that a server computes for the same text. The
 * targets are what the model then has to generate. docs/tokens.md gives the rules, with drawings.
 */
public final class RowEncoder {

    private final Tokenizer tokenizer;
    private final Optional<ChatEncoder> chats;
    private final EndTokens ends;
    private final ControlTokens controlTokens;
    private final Work work = new Work();

    /** @param maxLength number of tokens after which the rest of a conversation is not rendered */
    public RowEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template, EndTokens ends, int maxLength) {
        this.tokenizer = tokenizer;
        this.ends = ends;
        this.controlTokens = new ControlTokens(tokenizer.specialTokens());
        this.chats =
                template.map(chat -> new ChatEncoder(tokenizer, chat, ends.answers(), controlTokens, maxLength, work));
    }

    /**
     * Encodes a row. The result has at least one target, unless all targets lie beyond the maximum length.
     *
     * @throws UnencodableRowException if the exact tokens to learn cannot be determined, if there are none, or if a
     *     conversation takes more work than {@link Allowance} permits
     */
    public EncodedRow encode(Row row) {
        work.allow(Allowance.ofRow(row));
        EncodedRow encoded;
        if (row instanceof Row.Chat chat) {
            encoded = chats.orElseThrow(() -> new UnencodableRowException(new Finding(
                            row.line(),
                            chat.promptMessages() > 0 ? "prompt" : "messages",
                            "The model has no chat template. Use rows of raw text (prompt and completion, or text),"
                                    + " another model, or import this one with --chat-template FILE.")))
                    .encode(chat);
        } else if (row instanceof Row.Completion completion) {
            encoded = completion(completion);
        } else {
            encoded = text((Row.Text) row);
        }
        if (encoded.whole() && encoded.tokens().targets() == 0) {
            throw new UnencodableRowException(
                    new Finding(row.line(), "", "The row has no token to learn. Give it an answer or remove it."));
        }
        return encoded;
    }

    /** The work of all rows so far, in the units of {@link Work}. */
    public long work() {
        return work.done();
    }

    private EncodedRow completion(Row.Completion row) {
        SequenceEncoder sequence = new SequenceEncoder(tokenizer, ends.answers(), work);
        sequence.given(tokenizer.prefix());
        sequence.prompt(row.prompt());
        String tail = row.prompt().substring(sequence.anchor());
        if (tokenizer.suffix().length > 0) {
            sequence.given(tokenizer.suffix());
            tail = "";
        }
        try {
            sequence.completion(tail, row.completion());
        } catch (SequenceEncoder.BorderException e) {
            throw new UnencodableRowException(new Finding(row.line(), "completion", e.getMessage()));
        }
        sequence.endWith(ends.text());
        List<Finding> warnings = new ArrayList<>();
        warn(row.line(), "prompt", row.prompt(), warnings);
        warn(row.line(), "completion", row.completion(), warnings);
        return encoded(row, sequence, warnings);
    }

    private EncodedRow text(Row.Text row) {
        SequenceEncoder sequence = new SequenceEncoder(tokenizer, ends.answers(), work);
        sequence.learned(tokenizer.prefix());
        sequence.learned(row.text());
        sequence.learned(tokenizer.suffix());
        sequence.endWith(ends.text());
        List<Finding> warnings = new ArrayList<>();
        warn(row.line(), "text", row.text(), warnings);
        return encoded(row, sequence, warnings);
    }

    private void warn(int line, String field, String text, List<Finding> warnings) {
        controlTokens.in(line, field, text).ifPresent(warnings::add);
    }

    private static EncodedRow encoded(Row row, SequenceEncoder sequence, List<Finding> warnings) {
        TokenRow tokens = new TokenRow(row.line(), List.of(sequence.sequence()));
        return new EncodedRow(tokens, true, warnings, !warnings.isEmpty(), sequence.mergedBorders());
    }
}
