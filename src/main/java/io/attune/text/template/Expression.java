package io.attune.text.template;

import java.util.List;

/** A part of a template that has a value. Absent parts are null. */
sealed interface Expression {

    record Literal(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListDisplay(List<Expression> items) implements Expression {}

    record TupleDisplay(List<Expression> items) implements Expression {}

    record DictDisplay(List<Expression> keys, List<Expression> values) implements Expression {}

    /** {@code object.name} */
    record Attribute(Expression object, String name) implements Expression {}

    /** {@code object[key]} */
    record Item(Expression object, Expression key) implements Expression {}

    /** {@code object[start:stop:step]} */
    record Slice(Expression object, Expression start, Expression stop, Expression step) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    /** {@code -operand} or {@code +operand} */
    record Sign(boolean negative, Expression operand) implements Expression {}

    /** {@code +}, {@code -}, {@code *}, {@code /}, {@code //}, {@code %} or {@code **} */
    record Arithmetic(String operator, Expression left, Expression right) implements Expression {}

    /** {@code a ~ b ~ ...} */
    record Concatenation(List<Expression> parts) implements Expression {}

    /** {@code first op1 operand1 op2 operand2 ...}, a chain as in Python */
    record Comparison(Expression first, List<String> operators, List<Expression> operands) implements Expression {}

    /** {@code then if test else otherwise} */
    record Conditional(Expression test, Expression then, Expression otherwise) implements Expression {}

    /** {@code callee(arguments)} */
    record Called(Expression callee, Passed arguments) implements Expression {}

    /** {@code value|filter(arguments)}; the value is null for the content of a block */
    record Filtered(Expression value, String filter, Passed arguments) implements Expression {}

    /** {@code value is test(arguments)} */
    record Tested(Expression value, String test, Passed arguments) implements Expression {}

    /** {@code (positional..., name=named..., *list, **dict)} */
    record Passed(
            List<Expression> positional, List<String> names, List<Expression> named, Expression list, Expression dict) {

        static final Passed NOTHING = new Passed(List.of(), List.of(), List.of(), null, null);
    }
}
