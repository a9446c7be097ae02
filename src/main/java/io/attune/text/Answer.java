package io.attune.text;

import io.attune.dataset.Message;

/**
 * The text that the model has to generate after a prompt to produce one turn.
 *
 * @param text the text from the end of the prompt, with what the template writes after the turn
 * @param contentEnd number of chars of {@code text} up to the end of the message's own words; 0 if the words are
 *     not found
 * @param written whether the template writes exactly the prompt followed by {@code text}
 * @param reasoned whether {@code text} begins with reasoning that the template does not write
 */
record Answer(String text, int contentEnd, boolean written, boolean reasoned) {

    /** Chars at the end of a prompt that are searched for a reasoning block. */
    private static final int MOST_OPENING = 200;

    /**
     * Renders the conversation up to and including the turn, and returns the text after the prompt that was
     * rendered before.
     *
     * <p>Three kinds of prompt differ from the beginning of the text with the turn:
     *
     * <ul>
     *   <li>The prompt opens a reasoning block, and the template drops the block from the turn that it writes
     *       (DeepSeek-R1). The model has to generate the rest of the block, then what the template writes.
     *   <li>The prompt contains an empty block, which switches reasoning off. The model has to generate what the
     *       template writes for the turn.
     *   <li>The prompt differs in an earlier message. Mistral's templates, for example, put the system prompt only
     *       into the last user message. The model has to generate what the template writes for the turn.
     * </ul>
     *
     * @param turn index of the turn's message
     * @param before the message before the turn
     * @throws NotToldException if the template does not show what the model has to learn
     */
    static Answer after(Transcript transcript, int turn, Message message, Message before) {
        int promptLength = transcript.length();
        String promptEnd = transcript.from(Math.max(0, promptLength - MOST_OPENING));
        int shared = transcript.show(turn + 1, false);
        if (shared >= promptLength) {
            return of(transcript.from(promptLength), message, true, false);
        }
        Reasoning.Tags opened = Reasoning.openedBy(promptEnd);
        if (opened != null) {
            String open = promptEnd.substring(promptEnd.lastIndexOf(opened.open()));
            int head = promptLength - open.length();
            if (shared >= head) {
                return reasoned(transcript.from(head), open, opened, message);
            }
        }
        int block = emptyBlock(promptEnd);
        if (block > 0 && shared >= promptLength - block) {
            Reasoning reasoning = Reasoning.of(message);
            if (reasoning != null && !reasoning.isBlank()) {
                throw new NotToldException(
                        "The model's chat template switches reasoning off in its generation prompt, and this turn has"
                                + " reasoning. Remove it, or change the job's chat_template_kwargs.");
            }
            return of(transcript.from(promptLength - block).stripLeading(), message, false, false);
        }
        return behindTheSameEnd(transcript, turn, message, before);
    }

    private static Answer of(String text, Message message, boolean written, boolean reasoned) {
        Reasoning reasoning = Reasoning.of(message);
        String words = (reasoning == null ? message.content() : reasoning.answer()).strip();
        int at = words.isEmpty() ? -1 : text.indexOf(words);
        return new Answer(text, at < 0 ? 0 : at + words.length(), written, reasoned);
    }

    /**
     * Returns the answer after a prompt that opens a reasoning block.
     *
     * @param written what the template writes from the place where the prompt opens the block
     * @param open the opening tag and the white space after it, as at the end of the prompt
     */
    private static Answer reasoned(String written, String open, Reasoning.Tags tags, Message message) {
        String space = open.substring(tags.open().length());
        if (written.stripLeading().startsWith(tags.open())) { // the template writes the block, with other white space
            String rest = written.stripLeading().substring(tags.open().length());
            String text = rest.startsWith(space) ? rest.substring(space.length()) : rest.stripLeading();
            return of(text, message, false, false);
        }
        Reasoning reasoning = Reasoning.of(message);
        if (reasoning == null || reasoning.isBlank()) {
            throw new NoReasoningException(tags);
        }
        String inner = reasoning.inner();
        inner = inner.startsWith(space) ? inner.substring(space.length()) : inner.stripLeading();
        boolean apart = written.isEmpty() || Character.isWhitespace(written.charAt(0));
        return of(inner + tags.close() + (apart ? "" : reasoning.gap()) + written, message, false, true);
    }

    /**
     * Returns the number of chars at the end of a prompt that are an empty reasoning block, or only its closing
     * tag; 0 if none.
     */
    private static int emptyBlock(String prompt) {
        String end = prompt.stripTrailing();
        for (Reasoning.Tags tags : Reasoning.TAGS) {
            if (end.endsWith(tags.close())) {
                String before = end.substring(0, end.length() - tags.close().length());
                String open = before.stripTrailing();
                return prompt.length()
                        - (open.endsWith(tags.open())
                                ? open.length() - tags.open().length()
                                : before.length());
            }
        }
        return 0;
    }

    /**
     * Returns what the template writes after the words at the end of the prompt, if earlier text differs. The words
     * are the generation prompt. If the template has none, they are the message before the turn.
     */
    private static Answer behindTheSameEnd(Transcript transcript, int turn, Message message, Message before) {
        String text = transcript.from(0);
        transcript.show(turn, false);
        int withoutPrompt = transcript.length();
        int shared = transcript.show(turn, true);
        String prompt = transcript.from(0);
        String words =
                shared < withoutPrompt ? "" : prompt.substring(withoutPrompt).stripLeading();
        if (words.isBlank()) {
            words = before.content().strip();
            int at = words.isEmpty() ? -1 : prompt.lastIndexOf(words);
            words = at < 0 ? "" : prompt.substring(at);
        }
        String end = words.stripTrailing(); // prompt and turn may differ in white space
        int content = text.lastIndexOf(message.content().strip());
        int at = end.isEmpty() ? -1 : text.lastIndexOf(end, content - end.length());
        if (at < 0) {
            throw new NotToldException(
                    "The model's chat template does not write this turn after its generation prompt, so Attune cannot"
                            + " determine what the model has to learn. Give the turn weight 0.");
        }
        String answer = text.substring(at + end.length());
        String space = words.substring(end.length());
        answer = answer.startsWith(space) ? answer.substring(space.length()) : answer.stripLeading();
        return of(answer, message, false, false);
    }

    /** The template does not show what the model has to learn. The message explains this to the user. */
    static class NotToldException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotToldException(String message) {
            super(message, null, false, false);
        }
    }

    /** The generation prompt opens a reasoning block, and the turn has no reasoning. */
    static final class NoReasoningException extends NotToldException {

        private static final long serialVersionUID = 1L;

        NoReasoningException(Reasoning.Tags tags) {
            super("The model's chat template opens a reasoning block (" + tags.open()
                    + ") before every answer, and this"
                    + " turn has no reasoning. Write it in reasoning_content or as " + tags.open() + "..."
                    + tags.close()
                    + " at the beginning of the content.");
        }
    }
}
