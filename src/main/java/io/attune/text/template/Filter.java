package io.attune.text.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The filters that are built. */
enum Filter {
    COUNT("count", Signature.NONE, (values, value, arguments) -> values.length(value)),
    D("d", Signature.of(0, "default_value", "boolean"), Filter::orDefault),
    DEFAULT("default", Signature.of(0, "default_value", "boolean"), Filter::orDefault),
    FIRST("first", Signature.NONE, (values, value, arguments) -> {
        List<Object> items = values.iterate(value);
        return items.isEmpty() ? new Undefined("the first item of what is empty") : items.get(0);
    }),
    ITEMS("items", Signature.NONE, (values, value, arguments) -> {
        if (value instanceof Undefined) {
            return new Sequence.Generator(List.of());
        }
        if (value instanceof Map<?, ?> dict) {
            return new Sequence.Generator(Method.pairs(values, dict));
        }
        throw new TemplateException("The chat template asks for the items of " + Values.type(value) + ".");
    }),
    JOIN("join", Signature.of(0, "d"), Filter::join),
    LAST("last", Signature.NONE, (values, value, arguments) -> {
        values.length(value); // a generator has no last
        List<Object> items = values.iterate(value);
        return items.isEmpty() ? new Undefined("the last item of what is empty") : items.get(items.size() - 1);
    }),
    LENGTH("length", Signature.NONE, (values, value, arguments) -> values.length(value)),
    LIST("list", Signature.NONE, (values, value, arguments) -> values.iterate(value)),
    LOWER("lower", Signature.NONE, onText(Method.LOWER)),
    REPLACE(
            "replace",
            Signature.of(2, "old", "new"),
            (values, value, arguments) -> Method.REPLACE.call(
                    values,
                    values.text(value),
                    new Arguments(Map.of(0, values.text(arguments.get(0)), 1, values.text(arguments.get(1)))))),
    STRING("string", Signature.NONE, (values, value, arguments) -> values.text(value)),
    TOJSON("tojson", Signature.of(0, "ensure_ascii", "indent"), (values, value, arguments) -> {
        int indent = arguments.get(1) == null ? Json.ONE_LINE : Values.smallInteger(arguments.get(1), "an indent");
        if (arguments.get(1) != null && indent < 0) {
            throw new TemplateException(
                    "The chat template writes JSON with a negative indent, which is not supported here.");
        }
        return Json.of(value, values.budget(), Values.isTrue(arguments.get(0)), indent);
    }),
    TRIM("trim", Signature.of(0, "chars"), onText(Method.STRIP)),
    UPPER("upper", Signature.NONE, onText(Method.UPPER));

    private final String spelling;
    private final Signature signature;
    private final Operation<Object> operation;

    Filter(String spelling, Signature signature, Operation<Object> operation) {
        this.spelling = spelling;
        this.signature = signature;
        this.operation = operation;
    }

    static Optional<Filter> named(String name) {
        return Arrays.stream(values()).filter(f -> f.spelling.equals(name)).findFirst();
    }

    Signature signature() {
        return signature;
    }

    Object apply(Values values, Object value, Arguments arguments) {
        return operation.apply(values, value, arguments);
    }

    private static Operation<Object> onText(Method method) {
        return (values, value, arguments) -> method.call(values, values.text(value), arguments);
    }

    private static Object orDefault(Values values, Object value, Arguments arguments) {
        boolean missing = value instanceof Undefined || (Values.isTrue(arguments.get(1)) && !Values.isTrue(value));
        return !missing ? value : arguments.has(0) ? arguments.get(0) : "";
    }

    private static Object join(Values values, Object value, Arguments arguments) {
        String separator = arguments.has(0) ? values.text(arguments.get(0)) : "";
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Object item : values.iterate(value)) {
            String text = values.text(item);
            values.budget().produce((long) text.length() + separator.length());
            joined.append(first ? "" : separator).append(text);
            first = false;
        }
        return joined.toString();
    }
}
