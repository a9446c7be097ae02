package io.attune.text;

import io.attune.text.template.Conversation;
import io.attune.text.template.Rendered;
import io.attune.text.template.Work;

/** Renders the beginnings of one conversation, one after the other, with a chat template. */
final class Transcript {

    private final Conversation conversation;
    private final Work work;
    private final StringBuilder text = new StringBuilder();
    /** Number of chars of the text that are visible. */
    private int end;

    /** @param work counts the work on the text */
    Transcript(Conversation conversation, Work work) {
        this.work = work;
        this.conversation = conversation;
    }

    /**
     * Renders the first {@code count} messages.
     *
     * @return how many chars at the beginning of the new text equal those of the text before
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

    /** Cuts the newest text to its first {@code chars} chars. */
    void cut(int chars) {
        end = chars;
    }

    /** The number of chars of the newest text. */
    int length() {
        return end;
    }

    /** Returns the newest text from a char on. */
    String from(int start) {
        work.scan(end - start);
        return text.substring(start, end);
    }

    /** Returns where {@code part} occurs in the newest text at or after {@code start}; -1 if nowhere. */
    int indexOf(String part, int start) {
        int at = text.indexOf(part, start);
        work.scan((at < 0 ? text.length() : at + part.length()) - start);
        return at;
    }
}
