package io.attune.text;

import io.attune.text.template.Conversation;
import io.attune.text.template.Rendered;
import io.attune.text.template.Work;

/** What a chat template writes for the beginnings of one conversation, one after the other. */
final class Transcript {

    private final Conversation conversation;
    private final Work work;
    private final StringBuilder text = new StringBuilder();
    /** So many chars of the text are shown. */
    private int end;

    /** @param work that what is done with the text counts as */
    Transcript(Conversation conversation, Work work) {
        this.work = work;
        this.conversation = conversation;
    }

    /**
     * Renders the first {@code count} messages.
     *
     * @return with how many chars the new text begins as the one before it
     * @throws io.attune.text.template.TemplateException if the template refuses the conversation
     */
    int show(int count, boolean addGenerationPrompt) {
        int before = end;
        Rendered rendered = conversation.render(count, addGenerationPrompt);
        text.setLength(rendered.shared());
        text.append(rendered.tail());
        end = text.length();
        return Math.min(rendered.shared(), before);
    }

    /** Shows the first {@code chars} of the newest text alone. */
    void cut(int chars) {
        end = chars;
    }

    /** The chars of the newest text. */
    int length() {
        return end;
    }

    /** The newest text from a char on. */
    String from(int start) {
        work.scan(end - start);
        return text.substring(start, end);
    }

    /** Where {@code part} stands in the newest text at or after {@code start}; -1 if nowhere. */
    int indexOf(String part, int start) {
        int at = text.indexOf(part, start);
        work.scan((at < 0 ? text.length() : at + part.length()) - start);
        return at;
    }
}
