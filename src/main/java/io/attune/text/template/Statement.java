package io.attune.text.template;

import java.util.List;

/** A statement of a template. Absent parts are null. {@code line} is the 1-based line of the source. */
sealed interface Statement {

    record Data(String text) implements Statement {}

    record Print(List<Expression> values, int line) implements Statement {}

    /** {@code tests[i]} selects {@code bodies.get(i)}; {@code otherwise} may be empty. */
    record If(List<Expression> tests, List<List<Statement>> bodies, List<Statement> otherwise, int line)
            implements Statement {}

    /** {@code {% for target in items if condition recursive %} body {% else %} otherwise {% endfor %}} */
    record For(
            Target target,
            Expression items,
            Expression condition,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            int line)
            implements Statement {}

    /** {@code {% set target = value %}} */
    record Set(Target target, Expression value, int line) implements Statement {}

    /**
     * {@code {% set target|filters %} body {% endset %}}; the filters begin at a {@code Filtered} without a value
     */
    record SetBlock(Target target, Expression filters, List<Statement> body, int line) implements Statement {}

    /** {@code {% with targets = values %} body {% endwith %}} */
    record With(List<Target> targets, List<Expression> values, List<Statement> body, int line) implements Statement {}

    /** {@code {% macro name(parameters) %} body {% endmacro %}} */
    record Macro(String name, Parameters parameters, List<Statement> body, int line) implements Statement {}

    /** {@code {% call(parameters) call %} body {% endcall %}} */
    record CallBlock(Expression.Called call, Parameters parameters, List<Statement> body, int line)
            implements Statement {}

    /** {@code {% filter filters %} body {% endfilter %}}; the filters begin at a {@code Filtered} without a value */
    record FilterBlock(Expression filters, List<Statement> body, int line) implements Statement {}

    /** {@code {% generation %} body {% endgeneration %}}: transformers' mark around the text of an assistant */
    record Generation(List<Statement> body) implements Statement {}

    /** {@code {% block name scoped %} body {% endblock %}}; renders in place, because no template can extend it */
    record Block(String name, boolean scoped, List<Statement> body, int line) implements Statement {}

    /** {@code {% autoescape enabled %} body {% endautoescape %}} */
    record Autoescape(Expression enabled, List<Statement> body, int line) implements Statement {}

    /** A statement that needs other templates, such as {@code include}. There are none. */
    record Unavailable(String tag, int line) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}

    /** Parameters in order. The defaults belong to the last parameters. */
    record Parameters(List<String> names, List<Expression> defaults) {

        static final Parameters NONE = new Parameters(List.of(), List.of());
    }

    /** The target of an assignment. */
    sealed interface Target {

        record Name(String name) implements Target {}

        /** {@code namespace.attribute} */
        record Attribute(String namespace, String attribute) implements Target {}

        /** Unpacks a sequence with the same number of items. */
        record Unpacking(List<Target> parts) implements Target {}
    }
}
