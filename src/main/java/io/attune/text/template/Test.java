package io.attune.text.template;

import java.util.List;
import java.util.Map;

/** The tests: {@code value is test}. */
enum Test {
    BOOLEAN("boolean", Signature.NONE, (run, value, arguments) -> value instanceof Boolean),
    CALLABLE("callable", Signature.NONE, (run, value, arguments) -> {
        return value instanceof Callable || value instanceof Undefined;
    }),
    DEFINED("defined", Signature.NONE, (run, value, arguments) -> !(value instanceof Undefined)),
    DIVISIBLEBY("divisibleby", Signature.of("num"), (run, value, arguments) -> {
        return Comparison.equal(run, Arithmetic.MODULO.apply(run, value, arguments.get(0)), 0L);
    }),
    EQ("eq", Comparison.EQUAL),
    EQUALTO("equalto", Comparison.EQUAL),
    EQUAL_SIGN("==", Comparison.EQUAL),
    ESCAPED("escaped", Signature.NONE, (run, value, arguments) -> value instanceof Markup),
    EVEN("even", Signature.NONE, (run, value, arguments) -> isRemainder(run, value, 0L)),
    FALSE("false", Signature.NONE, (run, value, arguments) -> Boolean.FALSE.equals(value)),
    FILTER("filter", Signature.NONE, (run, value, arguments) -> {
        return Values.isString(value) && Filter.named(Text.of(value)) != null;
    }),
    FLOAT("float", Signature.NONE, (run, value, arguments) -> value instanceof Double),
    GE("ge", Comparison.AT_LEAST),
    GE_SIGN(">=", Comparison.AT_LEAST),
    GREATERTHAN("greaterthan", Comparison.GREATER),
    GT("gt", Comparison.GREATER),
    GT_SIGN(">", Comparison.GREATER),
    IN("in", Comparison.IN),
    INTEGER("integer", Signature.NONE, (run, value, arguments) -> Numbers.isInteger(value)),
    ITERABLE("iterable", Signature.NONE, (run, value, arguments) -> isIterable(value)),
    LE("le", Comparison.AT_MOST),
    LE_SIGN("<=", Comparison.AT_MOST),
    LESSTHAN("lessthan", Comparison.LESS),
    LOWER("lower", Signature.NONE, (run, value, arguments) -> {
        return Letters.isAllOf(run, Printing.text(run, value), Character::isLowerCase, Character::isUpperCase);
    }),
    LT("lt", Comparison.LESS),
    LT_SIGN("<", Comparison.LESS),
    MAPPING("mapping", Signature.NONE, (run, value, arguments) -> value instanceof Map),
    NE("ne", Comparison.NOT_EQUAL),
    NE_SIGN("!=", Comparison.NOT_EQUAL),
    NONE("none", Signature.NONE, (run, value, arguments) -> value == null),
    NUMBER("number", Signature.NONE, (run, value, arguments) -> Numbers.isNumber(value)),
    ODD("odd", Signature.NONE, (run, value, arguments) -> isRemainder(run, value, 1L)),
    SAMEAS("sameas", Signature.of("other"), (run, value, arguments) -> isSame(run, value, arguments.get(0))),
    SEQUENCE("sequence", Signature.NONE, (run, value, arguments) -> isSequence(value)),
    STRING("string", Signature.NONE, (run, value, arguments) -> Values.isString(value)),
    TEST("test", Signature.NONE, (run, value, arguments) -> {
        return Values.isString(value) && named(Text.of(value)) != null;
    }),
    TRUE("true", Signature.NONE, (run, value, arguments) -> Boolean.TRUE.equals(value)),
    UNDEFINED("undefined", Signature.NONE, (run, value, arguments) -> value instanceof Undefined),
    UPPER("upper", Signature.NONE, (run, value, arguments) -> {
        return Letters.isAllOf(run, Printing.text(run, value), Character::isUpperCase, Character::isLowerCase);
    });

    private interface Question {
        boolean holds(Run run, Object value, Arguments arguments);
    }

    private static final Map<String, Test> NAMED = Tables.byName(values(), test -> test.spelling);

    private final String spelling;
    private final Signature signature;
    private final Question question;

    Test(String spelling, Signature signature, Question question) {
        this.spelling = spelling;
        this.signature = signature;
        this.question = question;
    }

    Test(String spelling, Comparison comparison) {
        this(spelling, Signature.of("-other"), (run, value, arguments) -> {
            return comparison.holds(run, value, arguments.get(0));
        });
    }

    /** Returns the test with that name; null if there is none. */
    static Test named(String name) {
        return NAMED.get(name);
    }

    boolean holds(Run run, Object value, Passed passed) {
        return question.holds(run, value, signature.bind(spelling, passed));
    }

    private static boolean isRemainder(Run run, Object value, Object remainder) {
        return Comparison.equal(run, Arithmetic.MODULO.apply(run, value, 2L), remainder);
    }

    private static boolean isIterable(Object value) {
        return Values.isString(value)
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Map
                || value instanceof DictView
                || value instanceof Generator
                || value instanceof Loop
                || value instanceof Undefined;
    }

    private static boolean isSequence(Object value) {
        return Values.isString(value) || value instanceof List || value instanceof Tuple || value instanceof Map;
    }

    /** Compares identity. Fails for values that Python may or may not share. */
    private static boolean isSame(Run run, Object value, Object other) {
        if (value == other || value instanceof Boolean || other instanceof Boolean) {
            return value == other || value != null && value.equals(other);
        }
        boolean mayBeShared = Numbers.isNumber(value) || Values.isString(value) || value instanceof Tuple;
        if (mayBeShared && Comparison.equal(run, value, other)) {
            throw new TemplateException(
                    "The chat template asks whether equal values are the same, which is not known here.");
        }
        return false;
    }
}
