package io.attune.text.template;

import java.util.List;
import java.util.Map;

/** A compiled template. Immutable; renders any number of times. */
public final class Template {

    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Compiles {@code source}.
     *
     * @throws UnsupportedTemplateException if it uses what is not built, wherever in the template
     * @throws TemplateException if it is not valid, or too large
     */
    public static Template compile(String source) {
        return new Template(Parser.parse(source));
    }

    /**
     * Renders with {@code variables}: maps with string keys in a definite order, lists, {@code String}, {@code
     * BigInteger}, {@code Double}, {@code Boolean}, and null for None.
     *
     * @throws TemplateException if the template raises, does what has no exact meaning here, or goes over its budget
     */
    public String render(Map<String, ?> variables) {
        return new Interpreter(variables).render(statements);
    }
}
