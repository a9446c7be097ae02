package io.attune.text.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders the beginnings of one conversation. The text equals that of {@link Template#render} for the first
 * messages. A beginning that extends the last one is not rendered from the start, but from the last common state.
 * All beginnings of a conversation together therefore cost about as much as the differences of their texts. The
 * condition is that the template loops over the messages and looks no further ahead than to the next message. Not
 * safe for use by several threads.
 */
public final class Conversation {

    private final Program program;
    private final Messages messages;
    private final int size;
    private final GenerationPrompt prompt = new GenerationPrompt();
    private final Map<String, Object> variables;
    private final LocalDateTime now;
    private final Work work;

    private final StringBuilder output = new StringBuilder();
    private Frame frame;
    /** The last returned text is the first {@code common} characters of the output, then {@code rest}. */
    private int common;

    private String rest = "";

    Conversation(Program program, Map<String, ?> variables, List<?> messages, LocalDateTime now, Work work) {
        this.program = program;
        this.messages = new Messages(messages);
        this.size = messages.size();
        this.now = now;
        this.work = work;
        this.variables = new HashMap<>(variables);
        this.variables.put("messages", this.messages);
        this.variables.put(GenerationPrompt.NAME, prompt);
    }

    /**
     * Renders the first {@code count} messages.
     *
     * @throws TemplateException as {@link Template#render}; the next call is still compared with the last returned
     *     text
     * @throws Work.TooMuchWorkException if all renderings together take more work than allowed; no further call may
     *     follow
     */
    public Rendered render(int count, boolean addGenerationPrompt) {
        if (count < 0 || count > size) {
            throw new IllegalArgumentException(count + " of " + size + " messages");
        }
        int written = frame == null ? -1 : frame.run.history().find(count, addGenerationPrompt);
        keep(Math.max(0, written));
        if (written < 0) {
            start(count, addGenerationPrompt);
        } else {
            resume(count, addGenerationPrompt);
        }
        work.scan(rest.length() + output.length() - common);
        int shared = common + equalAtStart(rest, output, common);
        if (shared > 0 && Character.isHighSurrogate(output.charAt(shared - 1))) {
            shared--;
        }
        common = output.length();
        rest = "";
        return new Rendered(shared, output.substring(shared));
    }

    /** Copies the part of the last returned text that the next rendering overwrites. */
    private void keep(int characters) {
        if (characters < common) {
            work.scan(common - characters + rest.length());
            rest = output.substring(characters, common) + rest;
            common = characters;
        }
    }

    private void start(int count, boolean addGenerationPrompt) {
        messages.reset(Messages.Seen.NOTHING);
        show(count, addGenerationPrompt, false);
        Run run = new Run(program.values(variables), now, new History(messages, prompt), work);
        output.setLength(0);
        run.writeTo(output);
        frame = program.frame(run);
        run.locating(() -> program.run(frame));
    }

    private void resume(int count, boolean addGenerationPrompt) {
        frame.run.writeTo(output);
        frame.run.history().goBack(frame);
        show(count, addGenerationPrompt, prompt.seen());
        frame.run.locating(() -> program.resume(frame));
    }

    private void show(int count, boolean addGenerationPrompt, boolean promptSeen) {
        messages.show(count);
        prompt.set(addGenerationPrompt, promptSeen);
    }

    /**
     * Returns how many characters at the beginning of {@code text} equal those of {@code other} from {@code from}
     * on.
     */
    private static int equalAtStart(String text, StringBuilder other, int from) {
        int end = Math.min(text.length(), other.length() - from);
        int equal = 0;
        while (equal < end && text.charAt(equal) == other.charAt(from + equal)) {
            equal++;
        }
        return equal;
    }

    /** Returns the whole text of the first {@code count} messages; see {@link #render}. */
    public String text(int count, boolean addGenerationPrompt) {
        render(count, addGenerationPrompt);
        return output.toString();
    }
}
