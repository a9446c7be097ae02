package io.attune.text;

import io.attune.dataset.Finding;
import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.text.template.TemplateException;
import io.attune.text.template.Work;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Encodes conversations as token rows. The rules are in docs/tokens.md. */
final class ChatEncoder {

    /** Variables of known templates that switch reasoning off. */
    private static final List<String> REASONING_SWITCHES = List.of("enable_thinking", "thinking");

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Set<Integer> ends;
    private final ControlTokens controlTokens;
    private final int maxLength;
    private final OmittedParts omittedParts;
    private final Work work;

    /** @param work counts all work of this encoder */
    ChatEncoder(
            Tokenizer tokenizer,
            ChatTemplate template,
            Set<Integer> ends,
            ControlTokens controlTokens,
            int maxLength,
            Work work) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.ends = ends;
        this.controlTokens = controlTokens;
        this.maxLength = maxLength;
        this.omittedParts = new OmittedParts(template);
        this.work = work;
    }

    /** @throws UnencodableRowException if the exact tokens to learn cannot be determined */
    EncodedRow encode(Row.Chat row) {
        try {
            return new Encoding(row).result();
        } catch (TemplateException e) {
            throw refusal(row, field(row), e.getMessage());
        } catch (Work.TooMuchWorkException e) {
            long answers = row.messages().stream().filter(Message::isTrainedOn).count();
            throw refusal(
                    row,
                    field(row),
                    "The row takes more work than a row of its size may take: the model's chat template renders the"
                            + " whole conversation again for each of its " + answers
                            + " answers. Split it into several rows, or"
                            + " give most of its answers weight 0.");
        }
    }

    private static String field(Row.Chat row) {
        return row.promptMessages() > 0 ? "prompt" : "messages";
    }

    private static UnencodableRowException refusal(Row row, String field, String problem) {
        return new UnencodableRowException(new Finding(row.line(), field, problem));
    }

    /** The encoding of one row. */
    private final class Encoding {

        private final Row.Chat row;
        private final Transcript transcript;
        private final List<TokenSequence> sequences = new ArrayList<>();
        /** Turns with reasoning that the model learns although the template does not write it. */
        private final BitSet reasoned = new BitSet();

        private SequenceEncoder sequence = new SequenceEncoder(tokenizer, ends, work);
        /** Number of chars of the transcript that the open sequence covers. */
        private int covered;

        private int mergedBorders;

        Encoding(Row.Chat row) {
            this.row = row;
            this.transcript = template.transcript(row.messages(), row.tools(), work);
        }

        EncodedRow result() {
            int last = -1;
            boolean whole = true;
            for (int i = 0; i < row.messages().size() && whole; i++) {
                if (row.messages().get(i).isTrainedOn()) {
                    whole = prompt(i);
                    if (whole) {
                        answer(i);
                        last = i;
                    }
                }
            }
            finish();
            List<Finding> warnings = new ArrayList<>();
            if (last >= 0) {
                findOmitted(last, warnings);
            }
            int before = warnings.size();
            findControlTokens(warnings);
            boolean control = warnings.size() > before;
            return new EncodedRow(new TokenRow(row.line(), sequences), whole, warnings, control, mergedBorders);
        }

        /**
         * Extends the open sequence, or begins a new one, up to the turn's answer. Returns false if the prompt
         * alone reaches the maximum length of a row.
         */
        private boolean prompt(int turn) {
            int shared = turn == 0 ? showPromptOfFirst() : transcript.show(turn, true);
            if (shared < covered || !sequence.prompt(transcript.from(sequence.anchor()))) {
                finish();
                sequence.prompt(transcript.from(0));
            }
            covered = transcript.length();
            return sequence.length() < maxLength;
        }

        private void answer(int turn) {
            Message message = row.messages().get(turn);
            String field = row.field(turn);
            String prompt = transcript.from(sequence.anchor());
            try {
                Message before = turn == 0 ? message : row.messages().get(turn - 1);
                Answer answer = Answer.after(transcript, turn, message, before);
                covered += sequence.answer(prompt, answer.text(), answer.contentEnd());
                reasoned.set(turn, answer.reasoned());
                if (!answer.written()) {
                    sequence.close();
                }
            } catch (Answer.NoReasoningException e) {
                throw refusal(row, field, e.getMessage() + advice());
            } catch (Answer.NotToldException | SequenceEncoder.BorderException e) {
                throw refusal(row, field, e.getMessage());
            }
        }

        private void finish() {
            if (sequence.length() > 0) {
                sequences.add(sequence.sequence());
                mergedBorders += sequence.mergedBorders();
            }
            sequence = new SequenceEncoder(tokenizer, ends, work);
            covered = 0;
        }

        /**
         * Renders what stands before an answer that is the first message. A server never gets such a conversation,
         * and templates need not render an empty one, or may then write a default system prompt. The generation
         * prompt is therefore taken from another conversation and searched for in this one.
         */
        private int showPromptOfFirst() {
            Transcript other = template.transcript(List.of(new Message("user", "Hi")), row.tools(), work);
            other.show(1, false);
            int without = other.length();
            String prompt = other.show(1, true) < without ? "" : other.from(without);
            transcript.show(1, false);
            int at = transcript.indexOf(prompt, 0);
            if (prompt.isEmpty() || at < 0) {
                throw refusal(
                        row,
                        row.field(0),
                        "The model's chat template does not show where an answer begins if the answer is the first"
                                + " message. Put a user message before it or give it weight 0.");
            }
            transcript.cut(at + prompt.length());
            return 0;
        }

        private void findOmitted(int last, List<Finding> warnings) {
            for (OmittedParts.Omitted omitted : omittedParts.omitted(row, last, transcript, work)) {
                if (omitted.message() < 0) {
                    warnings.add(new Finding(row.line(), omitted.part(), notWritten("read")));
                    continue;
                }
                Message message = row.messages().get(omitted.message());
                boolean isReasoning = omitted.part().equals(OmittedParts.REASONING);
                String part =
                        !isReasoning ? omitted.part() : message.reasoning() == null ? "content" : "reasoning_content";
                String field = row.field(omitted.message()) + "." + part;
                if (!message.isTrainedOn() || omitted.part().equals(OmittedParts.NAME)) {
                    warnings.add(new Finding(row.line(), field, notWritten("read")));
                } else if (!isReasoning || !reasoned.get(omitted.message())) {
                    throw refusal(row, field, notWritten("learned") + " Or give the turn weight 0.");
                }
            }
        }

        private static String notWritten(String what) {
            return "The model's chat template does not write this, or only a part of it, so it is not " + what
                    + ". Import the model with a template that writes it (--chat-template FILE).";
        }

        private void findControlTokens(List<Finding> warnings) {
            for (int i = 0; i < row.messages().size(); i++) {
                Message message = row.messages().get(i);
                controlTokens
                        .in(row.line(), row.field(i) + ".content", message.content())
                        .ifPresent(warnings::add);
                if (message.reasoning() != null) {
                    controlTokens
                            .in(row.line(), row.field(i) + ".reasoning_content", message.reasoning())
                            .ifPresent(warnings::add);
                }
            }
        }
    }

    /** Tells the user how to switch reasoning off, if the template has a variable for it. */
    private String advice() {
        List<Message> chat = List.of(new Message("user", "Hi"));
        for (String name : REASONING_SWITCHES) {
            try {
                String prompt = template.with(Map.of(name, false)).render(chat, null, true);
                if (Reasoning.openedBy(prompt) == null) {
                    return " Or set the job's chat_template_kwargs to {\"" + name + "\": false}.";
                }
            } catch (TemplateException e) {
                // this variable does not help
            }
        }
        return "";
    }
}
