package io.attune.text.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The methods that are built, all of str and dict. */
enum Method {
    ENDSWITH("endswith", Signature.of(1, ""), onText((values, text, arguments) -> {
        values.budget().scan(text.length());
        return text.endsWith(text(arguments, 0));
    })),
    GET("get", Signature.of(1, "", ""), onDict((values, dict, arguments) -> {
        Object key = Values.key(arguments.get(0));
        return dict.containsKey(key) ? dict.get(key) : arguments.get(1);
    })),
    ITEMS("items", Signature.NONE, onDict((values, dict, arguments) -> new Sequence.View(pairs(values, dict)))),
    KEYS("keys", Signature.NONE, onDict((values, dict, arguments) -> {
        values.budget().produceItems(dict.size());
        return new Sequence.View(new ArrayList<>(dict.keySet()));
    })),
    LOWER("lower", Signature.NONE, onText((values, text, arguments) -> {
        values.budget().produce(text.length());
        return Text.known(text).toLowerCase(Locale.ROOT);
    })),
    LSTRIP(
            "lstrip",
            Signature.of(0, ""),
            onText((values, text, arguments) -> strip(values, text, arguments, true, false))),
    REPLACE("replace", Signature.of(2, "", ""), onText((values, text, arguments) -> {
        String old = text(arguments, 0);
        String with = text(arguments, 1);
        if (old.isEmpty()) {
            throw new TemplateException("The chat template replaces the empty string, which is not supported here.");
        }
        values.budget().scan((long) text.length() * old.length());
        values.budget().produce(text.length() + (long) Text.count(text, old) * with.length());
        return text.replace(old, with);
    })),
    RSTRIP(
            "rstrip",
            Signature.of(0, ""),
            onText((values, text, arguments) -> strip(values, text, arguments, false, true))),
    SPLIT("split", Signature.of(0, "sep", "maxsplit"), onText((values, text, arguments) -> {
        String separator = arguments.get(0) == null ? null : text(arguments, 0);
        int limit = arguments.has(1) ? Values.smallInteger(arguments.get(1), "a number of splits") : -1;
        if (separator == null) {
            values.budget()
                    .produceItems(
                            text.chars().filter(c -> Text.isSpace((char) c)).count());
        } else if (separator.isEmpty()) {
            throw new TemplateException("The chat template splits at the empty string.");
        } else {
            values.budget().scan((long) text.length() * separator.length());
            values.budget().produceItems(Text.count(text, separator));
        }
        values.budget().produce(text.length());
        return Text.split(text, separator, limit);
    })),
    STARTSWITH("startswith", Signature.of(1, ""), onText((values, text, arguments) -> {
        values.budget().scan(text.length());
        return text.startsWith(text(arguments, 0));
    })),
    STRIP(
            "strip",
            Signature.of(0, ""),
            onText((values, text, arguments) -> strip(values, text, arguments, true, true))),
    UPPER("upper", Signature.NONE, onText((values, text, arguments) -> {
        values.budget().produce(text.length());
        return Text.known(text).toUpperCase(Locale.ROOT);
    })),
    VALUES("values", Signature.NONE, onDict((values, dict, arguments) -> {
        values.budget().produceItems(dict.size());
        return new Sequence.View(new ArrayList<>(dict.values()));
    }));

    private interface OnText {
        Object apply(Values values, String text, Arguments arguments);
    }

    private interface OnDict {
        Object apply(Values values, Map<?, ?> dict, Arguments arguments);
    }

    private final String spelling;
    private final Signature signature;
    private final Operation<Object> operation;

    Method(String spelling, Signature signature, Operation<Object> operation) {
        this.spelling = spelling;
        this.signature = signature;
        this.operation = operation;
    }

    static Optional<Method> named(String name) {
        return Arrays.stream(values()).filter(m -> m.spelling.equals(name)).findFirst();
    }

    Signature signature() {
        return signature;
    }

    Object call(Values values, Object receiver, Arguments arguments) {
        Values.refuseUndefined(receiver, null);
        return operation.apply(values, receiver, arguments);
    }

    static List<Object> pairs(Values values, Map<?, ?> dict) {
        values.budget().produceItems(2L * dict.size());
        List<Object> pairs = new ArrayList<>();
        dict.forEach((key, value) -> pairs.add(new Sequence.Tuple(Arrays.asList(key, value))));
        return pairs;
    }

    private static Operation<Object> onText(OnText operation) {
        return (values, receiver, arguments) -> {
            if (receiver instanceof String text) {
                return operation.apply(values, text, arguments);
            }
            throw noSuchMethod(receiver);
        };
    }

    private static Operation<Object> onDict(OnDict operation) {
        return (values, receiver, arguments) -> {
            if (receiver instanceof Map<?, ?> dict) {
                return operation.apply(values, dict, arguments);
            }
            throw noSuchMethod(receiver);
        };
    }

    private static TemplateException noSuchMethod(Object receiver) {
        return new TemplateException(
                "The chat template calls a method that " + Values.type(receiver) + " does not have.");
    }

    private static String text(Arguments arguments, int parameter) {
        if (arguments.get(parameter) instanceof String text) {
            return text;
        }
        throw new TemplateException("The chat template gives a method of strings "
                + Values.type(arguments.get(parameter)) + " where a string is needed.");
    }

    private static String strip(Values values, String text, Arguments arguments, boolean left, boolean right) {
        String chars = arguments.get(0) == null ? null : text(arguments, 0);
        values.budget().scan(text.length() * (chars == null ? 1L : chars.length()));
        return Text.strip(text, chars, left, right);
    }
}
