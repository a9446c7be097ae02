package io.attune.text;

import io.attune.dataset.Message;
import java.util.List;

/** What a chat template writes for the beginnings of one conversation, one after the other. */
final class Transcript {

    private final ChatTemplate template;
    private final List<Message> messages;
    private final List<Object> tools;
    private String text = "";

    Transcript(ChatTemplate template, List<Message> messages, List<Object> tools) {
        this.template = template;
        this.messages = messages;
        this.tools = tools;
    }

    /**
     * Renders the first {@code count} messages.
     *
     * @return with how many chars the new text begins as the one before it
     * @throws io.attune.text.template.TemplateException if the template refuses the conversation
     */
    int show(int count, boolean addGenerationPrompt) {
        String before = text;
        text = template.render(messages.subList(0, count), tools, addGenerationPrompt);
        int end = Math.min(before.length(), text.length());
        int shared = 0;
        while (shared < end && before.charAt(shared) == text.charAt(shared)) {
            shared++;
        }
        return shared;
    }

    /** Keeps the first {@code chars} of the newest text. */
    void cut(int chars) {
        text = text.substring(0, chars);
    }

    /** The chars of the newest text. */
    int length() {
        return text.length();
    }

    /** The newest text from a char on. */
    String from(int start) {
        return text.substring(start);
    }

    /** Where {@code part} stands in the newest text at or after {@code start}; -1 if nowhere. */
    int indexOf(String part, int start) {
        return text.indexOf(part, start);
    }
}
