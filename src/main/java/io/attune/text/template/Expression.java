package io.attune.text.template;

import java.util.List;

/** Something that has a value. Parts that may be missing are null. {@code line} is the 1-based line of the source. */
sealed interface Expression {

    int line();

    record Literal(Object value, int line) implements Expression {}

    record Name(String name, int line) implements Expression {}

    record ListDisplay(List<Expression> items, int line) implements Expression {}

    record TupleDisplay(List<Expression> items, int line) implements Expression {}

    record DictDisplay(List<Expression> keys, List<Expression> values, int line) implements Expression {}

    /** {@code object.name} */
    record Attribute(Expression object, String name, int line) implements Expression {}

    /** {@code object[key]} */
    record Item(Expression object, Expression key, int line) implements Expression {}

    /** {@code object[start:stop:step]} */
    record Slice(Expression object, Expression start, Expression stop, Expression step, int line)
            implements Expression {}

    record Not(Expression operand, int line) implements Expression {}

    record And(Expression left, Expression right, int line) implements Expression {}

    record Or(Expression left, Expression right, int line) implements Expression {}

    /** {@code -operand} or {@code +operand} */
    record Sign(boolean negative, Expression operand, int line) implements Expression {}

    /** {@code +}, {@code -}, {@code *}, {@code /}, {@code //} or {@code %} */
    record Arithmetic(String operator, Expression left, Expression right, int line) implements Expression {}

    /** {@code a ~ b ~ ...} */
    record Concatenation(List<Expression> parts, int line) implements Expression {}

    /** {@code first op1 operand1 op2 operand2 ...}, a chain as in Python */
    record Comparison(Expression first, List<String> operators, List<Expression> operands, int line)
            implements Expression {}

    /** {@code then if test else otherwise} */
    record Conditional(Expression test, Expression then, Expression otherwise, int line) implements Expression {}

    /** {@code value|filter(arguments)}; arguments in the order of the filter's parameters */
    record Filtered(Expression value, Filter filter, List<Expression> arguments, int line) implements Expression {}

    /** {@code value is test(arguments)} */
    record Tested(Expression value, Test test, List<Expression> arguments, int line) implements Expression {}

    /** {@code object.method(arguments)} */
    record MethodCall(Expression object, Method method, List<Expression> arguments, int line) implements Expression {}

    /** {@code raise_exception(message)} */
    record Raise(Expression message, int line) implements Expression {}

    /** {@code range(arguments)}, one to three of them */
    record Range(List<Expression> arguments, int line) implements Expression {}

    /** {@code namespace(name=value, ...)} */
    record NewNamespace(List<String> names, List<Expression> values, int line) implements Expression {}
}
