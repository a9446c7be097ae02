package io.attune.text.template;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The tests that are built: {@code value is test}. */
enum Test {
    BOOLEAN("boolean", Signature.NONE, (values, value, arguments) -> value instanceof Boolean),
    DEFINED("defined", Signature.NONE, (values, value, arguments) -> !(value instanceof Undefined)),
    DIVISIBLEBY(
            "divisibleby",
            Signature.of(1, "num"),
            (values, value, arguments) -> !Values.isTrue(values.arithmetic("%", value, arguments.get(0)))),
    EQ("eq", Signature.of(1, ""), (values, value, arguments) -> values.equal(value, arguments.get(0))),
    EQUALTO("equalto", Signature.of(1, ""), (values, value, arguments) -> values.equal(value, arguments.get(0))),
    EVEN("even", Signature.NONE, (values, value, arguments) -> !isOdd(values, value)),
    FALSE("false", Signature.NONE, (values, value, arguments) -> Boolean.FALSE.equals(value)),
    FLOAT("float", Signature.NONE, (values, value, arguments) -> value instanceof Double),
    IN("in", Signature.of(1, "seq"), (values, value, arguments) -> values.contains(arguments.get(0), value)),
    INTEGER("integer", Signature.NONE, (values, value, arguments) -> value instanceof BigInteger),
    ITERABLE(
            "iterable",
            Signature.NONE,
            (values, value, arguments) -> value instanceof String
                    || value instanceof Map
                    || value instanceof Undefined
                    || value instanceof Iterable
                    || value instanceof Sequence),
    MAPPING("mapping", Signature.NONE, (values, value, arguments) -> value instanceof Map),
    NE("ne", Signature.of(1, ""), (values, value, arguments) -> !values.equal(value, arguments.get(0))),
    NONE("none", Signature.NONE, (values, value, arguments) -> value == null),
    NUMBER(
            "number",
            Signature.NONE,
            (values, value, arguments) -> value instanceof Double || Values.integerOrNull(value) != null),
    ODD("odd", Signature.NONE, (values, value, arguments) -> isOdd(values, value)),
    SEQUENCE("sequence", Signature.NONE, (values, value, arguments) -> {
        if (value instanceof Sequence.View || value instanceof Sequence.Generator) {
            throw new TemplateException(
                    "The chat template asks whether a view is a sequence, which is not supported here.");
        }
        return value instanceof String
                || value instanceof Map
                || value instanceof Undefined
                || Values.itemsOrNull(value) != null;
    }),
    STRING("string", Signature.NONE, (values, value, arguments) -> value instanceof String),
    TRUE("true", Signature.NONE, (values, value, arguments) -> Boolean.TRUE.equals(value)),
    UNDEFINED("undefined", Signature.NONE, (values, value, arguments) -> value instanceof Undefined);

    private final String spelling;
    private final Signature signature;
    private final Operation<Boolean> operation;

    Test(String spelling, Signature signature, Operation<Boolean> operation) {
        this.spelling = spelling;
        this.signature = signature;
        this.operation = operation;
    }

    static Optional<Test> named(String name) {
        return Arrays.stream(values()).filter(t -> t.spelling.equals(name)).findFirst();
    }

    Signature signature() {
        return signature;
    }

    boolean holds(Values values, Object value, Arguments arguments) {
        return operation.apply(values, value, arguments);
    }

    private static boolean isOdd(Values values, Object value) {
        return Values.isTrue(values.arithmetic("%", value, BigInteger.TWO));
    }
}
