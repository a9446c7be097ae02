package io.attune.text.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The beginnings of one conversation as a template writes them: what {@link Template#render} gives for the first
 * messages. A beginning that goes on from the one before is not written anew, but from the last place that both have
 * in common; so all beginnings of a conversation together cost about as much as their texts' differences, if the
 * template loops over the messages and does not look further ahead than to the next one. Not for several threads.
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
    /** The text that was given last is the first {@code common} characters of the output, and {@code rest}. */
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
     * The text of the first {@code count} messages.
     *
     * @throws TemplateException as {@link Template#render}; the next call is compared with the last text that was given
     * @throws Work.TooMuchWorkException if all renderings together take more than is allowed; none may follow
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

    /** Saves from the output what does not stay of the text that was given last. */
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

    /** How many characters at the beginning of {@code text} stand in {@code other} from {@code from} on. */
    private static int equalAtStart(String text, StringBuilder other, int from) {
        int end = Math.min(text.length(), other.length() - from);
        int equal = 0;
        while (equal < end && text.charAt(equal) == other.charAt(from + equal)) {
            equal++;
        }
        return equal;
    }

    /** The whole text of the first {@code count} messages; see {@link #render}. */
    public String text(int count, boolean addGenerationPrompt) {
        render(count, addGenerationPrompt);
        return output.toString();
    }
}
