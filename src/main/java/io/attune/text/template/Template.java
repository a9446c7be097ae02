package io.attune.text.template;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/** A compiled template. Immutable; renders any number of times. */
public final class Template {

    private final Program program;

    private Template(Program program) {
        this.program = program;
    }

    /**
     * Compiles {@code source}. What is valid but not known, such as a filter that does not exist, fails when a
     * rendering reaches it.
     *
     * @throws TemplateException if it is not valid, or too large
     */
    public static Template compile(String source) {
        return new Template(StatementCompiler.compile(StatementParser.parse(source)));
    }

    /**
     * Renders with {@code variables}: maps with string keys in a definite order, lists, {@code String}, {@code
     * BigInteger}, {@code Long}, {@code Double}, {@code Boolean}, and null for None.
     *
     * @param now what {@code strftime_now} tells
     * @throws TemplateException if the template raises, does what has no exact meaning here, or goes over its budget
     */
    public String render(Map<String, ?> variables, LocalDateTime now) {
        Run run = new Run(program.values(variables), now, null, new Work());
        run.locating(() -> program.run(program.frame(run)));
        return run.output().toString();
    }

    /** Renders with {@code variables} and without a date; a template that asks for it fails. */
    String render(Map<String, ?> variables) {
        return render(variables, null);
    }

    /**
     * Prepares to render the beginnings of a conversation one after the other.
     *
     * @param variables as for {@link #render}, without {@code messages} and {@code add_generation_prompt}
     * @param messages all of the conversation; neither they nor the variables may change
     * @param work that all renderings add theirs to
     */
    public Conversation conversation(Map<String, ?> variables, List<?> messages, LocalDateTime now, Work work) {
        return new Conversation(program, variables, messages, now, work);
    }
}
