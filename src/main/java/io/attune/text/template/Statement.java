package io.attune.text.template;

import java.util.List;

/** A part of a template. Parts that may be missing are null. */
sealed interface Statement {

    record Data(String text) implements Statement {}

    record Print(Expression value) implements Statement {}

    /** {@code tests[i]} decides on {@code bodies.get(i)}; {@code otherwise} may be empty. */
    record If(List<Expression> tests, List<List<Statement>> bodies, List<Statement> otherwise) implements Statement {}

    /**
     * {@code {% for targets in items if condition %} body {% else %} otherwise {% endfor %}}; several targets unpack an
     * item.
     */
    record For(
            List<String> targets,
            boolean unpacks,
            Expression items,
            Expression condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /** {@code {% set targets = value %}} */
    record Set(List<String> targets, boolean unpacks, Expression value) implements Statement {}

    /** {@code {% set namespace.attribute = value %}} */
    record SetAttribute(String namespace, String attribute, Expression value) implements Statement {}

    /** {@code {% set target %} body {% endset %}} */
    record SetBlock(String target, List<Statement> body) implements Statement {}

    /** {@code {% generation %} body {% endgeneration %}}, the mark of transformers around what an assistant says */
    record Generation(List<Statement> body) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}
}
