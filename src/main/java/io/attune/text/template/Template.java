package io.attune.text.template;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/** A compiled template. Immutable; can render any number of times. */
public final class Template {

    private final Program program;

    private Template(Program program) {
        this.program = program;
    }

    /**
     * Compiles {@code source}. A valid template that uses an unknown filter or test compiles. It fails when a
     * rendering reaches that place.
     *
     * @throws TemplateException if the template is not valid, or too large
     */
    public static Template compile(String source) {
        return new Template(StatementCompiler.compile(StatementParser.parse(source)));
    }

    /**
     * Renders with {@code variables}: maps with string keys in a definite order, lists, {@code String},
     * {@code BigInteger}, {@code Long}, {@code Double}, {@code Boolean}, and null for None.
     *
     * @param now the time that {@code strftime_now} returns
     * @throws TemplateException if the template raises an error, uses an operation without an exact meaning here,
     *     or exceeds its budget
     */
    public String render(Map<String, ?> variables, LocalDateTime now) {
        Run run = new Run(program.values(variables), now, null, new Work());
        run.locating(() -> program.run(program.frame(run)));
        return run.output().toString();
    }

    /** Renders with {@code variables} and without a date. A template that asks for the date fails. */
    String render(Map<String, ?> variables) {
        return render(variables, null);
    }

    /**
     * Prepares to render the beginnings of a conversation one after the other.
     *
     * @param variables as for {@link #render}, without {@code messages} and {@code add_generation_prompt}
     * @param messages all messages of the conversation; the caller must not change them or the variables
     * @param work counts the work of all renderings
     */
    public Conversation conversation(Map<String, ?> variables, List<?> messages, LocalDateTime now, Work work) {
        return new Conversation(program, variables, messages, now, work);
    }
}
