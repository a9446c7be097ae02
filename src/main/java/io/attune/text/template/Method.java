package io.attune.text.template;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods of str and dict, and of list, tuple and range, that the sandbox permits. */
enum Method {
    CAPITALIZE(Type.STR, "capitalize", Signature.NONE, onText((run, text, arguments) -> Letters.capitalize(run, text))),
    CASEFOLD(Type.STR, "casefold", Signature.NONE, onText((run, text, arguments) -> Letters.caseFold(run, text))),
    CENTER(Type.STR, "center", Signature.of("-width", "-fillchar?"), onText(Padding::center)),
    COUNT(Type.STR, "count", Signature.of("-sub", "-start?", "-end?"), onText(Searching::count)),
    ENCODE(Type.STR, "encode", Signature.of("encoding?", "errors?"), onText(Bytes::of)),
    ENDSWITH(Type.STR, "endswith", Signature.of("-suffix", "-start?", "-end?"), onText(Searching::endsWith)),
    EXPANDTABS(Type.STR, "expandtabs", Signature.of("tabsize?"), onText(Padding::expandTabs)),
    FIND(Type.STR, "find", Signature.of("-sub", "-start?", "-end?"), onText((run, text, arguments) -> {
        return Searching.find(run, text, arguments, false);
    })),
    FORMAT(Type.STR, "format", Signature.ANY, onText((run, text, arguments) -> {
        return BraceFormat.of(run, text, arguments.morePositional(), arguments.moreNamed());
    })),
    FORMAT_MAP(Type.STR, "format_map", Signature.of("-mapping"), onText((run, text, arguments) -> {
        return BraceFormat.of(run, text, List.of(), Dicts.ofNames(run, arguments.get(0)));
    })),
    INDEX(Type.STR, "index", Signature.of("-sub", "-start?", "-end?"), onText((run, text, arguments) -> {
        return Searching.index(run, text, arguments, false);
    })),
    ISALNUM(Type.STR, "isalnum", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.all(run, text, Letters::isAlphanumeric);
    })),
    ISALPHA(Type.STR, "isalpha", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.all(run, text, Character::isLetter);
    })),
    ISASCII(Type.STR, "isascii", Signature.NONE, onText((run, text, arguments) -> {
        run.budget().scan(text.length());
        return text.chars().allMatch(c -> c < 128);
    })),
    ISDECIMAL(Type.STR, "isdecimal", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.all(run, text, Letters::isDecimal);
    })),
    ISDIGIT(Type.STR, "isdigit", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.all(run, text, Letters::isDigit);
    })),
    ISIDENTIFIER(Type.STR, "isidentifier", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.isIdentifier(run, text);
    })),
    ISLOWER(Type.STR, "islower", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.isAllOf(run, text, Character::isLowerCase, Character::isUpperCase);
    })),
    ISNUMERIC(Type.STR, "isnumeric", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.all(run, text, Letters::isNumeric);
    })),
    ISPRINTABLE(Type.STR, "isprintable", Signature.NONE, onText((run, text, arguments) -> {
        run.budget().lookUp(text.length());
        return text.codePoints().allMatch(Text::isPrintable);
    })),
    ISSPACE(Type.STR, "isspace", Signature.NONE, onText((run, text, arguments) -> {
        run.budget().scan(text.length());
        return Text.isSpace(text);
    })),
    ISTITLE(Type.STR, "istitle", Signature.NONE, onText((run, text, arguments) -> Letters.isTitle(run, text))),
    ISUPPER(Type.STR, "isupper", Signature.NONE, onText((run, text, arguments) -> {
        return Letters.isAllOf(run, text, Character::isUpperCase, Character::isLowerCase);
    })),
    JOIN(Type.STR, "join", Signature.of("-iterable"), onText(Method::join)),
    LJUST(Type.STR, "ljust", Signature.of("-width", "-fillchar?"), onText(Padding::left)),
    LOWER(Type.STR, "lower", Signature.NONE, onText((run, text, arguments) -> Letters.lower(run, text))),
    LSTRIP(Type.STR, "lstrip", Signature.of("-chars?"), onText((run, text, arguments) -> {
        return strip(run, text, arguments, true, false);
    })),
    MAKETRANS(Type.STR, "maketrans", Signature.ANY, onText(Method::notBuilt)),
    PARTITION(Type.STR, "partition", Signature.of("-sep"), onText((run, text, arguments) -> {
        return Splitting.partition(run, text, arguments.string(0), false);
    })),
    REMOVEPREFIX(Type.STR, "removeprefix", Signature.of("-prefix"), onText((run, text, arguments) -> {
        String prefix = arguments.string(0);
        run.budget().produce(text.length());
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    })),
    REMOVESUFFIX(Type.STR, "removesuffix", Signature.of("-suffix"), onText((run, text, arguments) -> {
        String suffix = arguments.string(0);
        run.budget().produce(text.length());
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    })),
    REPLACE(Type.STR, "replace", Signature.of("-old", "-new", "-count?"), onText((run, text, arguments) -> {
        return Searching.replace(run, text, arguments.string(0), arguments.string(1), arguments.integer(2, -1));
    })),
    RFIND(Type.STR, "rfind", Signature.of("-sub", "-start?", "-end?"), onText((run, text, arguments) -> {
        return Searching.find(run, text, arguments, true);
    })),
    RINDEX(Type.STR, "rindex", Signature.of("-sub", "-start?", "-end?"), onText((run, text, arguments) -> {
        return Searching.index(run, text, arguments, true);
    })),
    RJUST(Type.STR, "rjust", Signature.of("-width", "-fillchar?"), onText(Padding::right)),
    RPARTITION(Type.STR, "rpartition", Signature.of("-sep"), onText((run, text, arguments) -> {
        return Splitting.partition(run, text, arguments.string(0), true);
    })),
    RSPLIT(Type.STR, "rsplit", Signature.of("sep?", "maxsplit?"), onText((run, text, arguments) -> {
        return Splitting.split(run, text, arguments.stringOrNull(0), arguments.integer(1, -1), true);
    })),
    RSTRIP(Type.STR, "rstrip", Signature.of("-chars?"), onText((run, text, arguments) -> {
        return strip(run, text, arguments, false, true);
    })),
    SPLIT(Type.STR, "split", Signature.of("sep?", "maxsplit?"), onText((run, text, arguments) -> {
        return Splitting.split(run, text, arguments.stringOrNull(0), arguments.integer(1, -1), false);
    })),
    SPLITLINES(Type.STR, "splitlines", Signature.of("keepends?"), onText((run, text, arguments) -> {
        return Splitting.lines(run, text, arguments.flag(0, false));
    })),
    STARTSWITH(Type.STR, "startswith", Signature.of("-prefix", "-start?", "-end?"), onText(Searching::startsWith)),
    STRIP(Type.STR, "strip", Signature.of("-chars?"), onText((run, text, arguments) -> {
        return strip(run, text, arguments, true, true);
    })),
    SWAPCASE(Type.STR, "swapcase", Signature.NONE, onText((run, text, arguments) -> Letters.swapCase(run, text))),
    TITLE(Type.STR, "title", Signature.NONE, onText((run, text, arguments) -> Letters.title(run, text))),
    TRANSLATE(Type.STR, "translate", Signature.ANY, onText(Method::notBuilt)),
    UPPER(Type.STR, "upper", Signature.NONE, onText((run, text, arguments) -> Letters.upper(run, text))),
    ZFILL(Type.STR, "zfill", Signature.of("-width"), onText(Padding::zeros)),

    DICT_COPY(Type.DICT, "copy", Signature.NONE, onDict((run, dict, arguments) -> {
        run.budget().produceItems(2L * dict.size());
        return new LinkedHashMap<Object, Object>(dict);
    })),
    DICT_FROMKEYS(Type.DICT, "fromkeys", Signature.of("-iterable", "-value?"), onDict((run, dict, arguments) -> {
        return Dicts.ofKeys(run, arguments.get(0), arguments.get(1, null));
    })),
    DICT_GET(Type.DICT, "get", Signature.of("-key", "-default?"), onDict((run, dict, arguments) -> {
        return Dicts.get(run, dict, arguments.get(0), arguments.get(1, null));
    })),
    DICT_ITEMS(Type.DICT, "items", Signature.NONE, onDict((run, dict, arguments) -> {
        return new DictView(DictView.Kind.ITEMS, dict);
    })),
    DICT_KEYS(Type.DICT, "keys", Signature.NONE, onDict((run, dict, arguments) -> {
        return new DictView(DictView.Kind.KEYS, dict);
    })),
    DICT_VALUES(Type.DICT, "values", Signature.NONE, onDict((run, dict, arguments) -> {
        return new DictView(DictView.Kind.VALUES, dict);
    })),

    LIST_COPY(Type.LIST, "copy", Signature.NONE, onList((run, items, arguments) -> items)),
    LIST_COUNT(Type.LIST, "count", Signature.of("-value"), onList((run, items, arguments) -> {
        long count = 0;
        for (Object item : items) {
            run.budget().step(1);
            count += Comparison.equal(run, item, arguments.get(0)) ? 1 : 0;
        }
        return count;
    })),
    LIST_INDEX(Type.LIST, "index", Signature.of("-value", "-start?", "-stop?"), onList(Method::listIndex));

    private enum Type {
        STR,
        DICT,
        LIST
    }

    /** The effect of a method on its receiver. */
    private interface On<T> {
        Object apply(Run run, T receiver, Arguments arguments);
    }

    private static final Map<Type, Map<String, Method>> NAMED = new HashMap<>();

    static {
        for (Type type : Type.values()) {
            NAMED.put(type, new HashMap<>());
        }
        for (Method method : values()) {
            NAMED.get(method.type).put(method.spelling, method);
        }
    }

    private final Type type;
    private final String spelling;
    private final Signature signature;
    private final On<Object> operation;

    Method(Type type, String spelling, Signature signature, On<Object> operation) {
        this.type = type;
        this.spelling = spelling;
        this.signature = signature;
        this.operation = operation;
    }

    /** Returns the method of strings with that name; null if there is none. */
    static Method ofString(String name) {
        return NAMED.get(Type.STR).get(name);
    }

    static Method ofDict(String name) {
        return NAMED.get(Type.DICT).get(name);
    }

    /** Returns the method of lists, tuples and ranges with that name; null if there is none. */
    static Method ofList(String name) {
        return NAMED.get(Type.LIST).get(name);
    }

    Object call(Run run, Object receiver, Passed passed) {
        run.budget().produceItems(1);
        if (receiver instanceof Markup markup) {
            return callOnMarkup(run, markup, passed);
        }
        return operation.apply(run, receiver, signature.bind(spelling, passed));
    }

    private static On<Object> onText(On<String> operation) {
        return (run, receiver, arguments) -> operation.apply(run, (String) receiver, arguments);
    }

    private static On<Object> onDict(On<Map<?, ?>> operation) {
        return (run, receiver, arguments) -> operation.apply(run, (Map<?, ?>) receiver, arguments);
    }

    private static On<Object> onList(On<List<?>> operation) {
        return (run, receiver, arguments) ->
                operation.apply(run, receiver instanceof Tuple tuple ? tuple.items() : (List<?>) receiver, arguments);
    }

    // HTML

    /** Calls a method of HTML text. Escapes strings that become part of the text. Resulting strings are HTML. */
    private Object callOnMarkup(Run run, Markup receiver, Passed passed) {
        boolean escapes = switch (this) {
            case REPLACE, STRIP, LSTRIP, RSTRIP, LJUST, RJUST, CENTER, REMOVEPREFIX, REMOVESUFFIX, JOIN -> true;
            default -> false;
        };
        Passed given = escapes
                ? new Passed(
                        passed.positional().stream()
                                .map(value -> escaped(run, value))
                                .toList(),
                        passed.named())
                : passed;
        if (this == FORMAT || this == FORMAT_MAP) {
            throw new TemplateException("The chat template formats with HTML, which is not supported here.");
        }
        return marked(operation.apply(run, receiver.text(), signature.bind(spelling, given)));
    }

    private static Object escaped(Run run, Object value) {
        if (Values.isString(value)) {
            return Markup.of(run, value);
        }
        if (value instanceof List<?> list) {
            run.budget().produceItems(list.size());
            return list.stream().map(item -> escaped(run, item)).toList();
        }
        return value;
    }

    private static Object marked(Object value) {
        if (value instanceof String text) {
            return new Markup(text);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Method::marked).toList();
        }
        return value instanceof Tuple tuple
                ? new Tuple(tuple.items().stream().map(Method::marked).toList())
                : value;
    }

    // what several methods share

    private static Object notBuilt(Run run, String text, Arguments arguments) {
        throw new TemplateException("The chat template calls a method of strings that is not supported here.");
    }

    private static String strip(Run run, String text, Arguments arguments, boolean left, boolean right) {
        String chars = arguments.stringOrNull(0);
        run.budget().scan(Text.searching(text, chars == null ? "" : chars));
        run.budget().produce(text.length());
        return Text.strip(text, chars, left, right);
    }

    private static Object join(Run run, String separator, Arguments arguments) {
        StringBuilder joined = new StringBuilder();
        Iterator<Object> items = Items.iterator(run, arguments.get(0));
        for (boolean first = true; items.hasNext(); first = false) {
            Object item = items.next();
            if (!Values.isString(item)) {
                throw new TemplateException(
                        "The chat template joins " + Values.type(item) + " as if it were a string.");
            }
            String text = Text.of(item);
            run.budget().extend(joined, (long) text.length() + separator.length() + 1);
            joined.append(first ? "" : separator).append(text);
        }
        return joined.toString();
    }

    private static Object listIndex(Run run, List<?> items, Arguments arguments) {
        int size = items.size();
        int start = bound(arguments.integer(1, 0), size);
        int stop = bound(arguments.integer(2, size), size);
        for (int i = start; i < stop; i++) {
            run.budget().step(1);
            if (Comparison.equal(run, items.get(i), arguments.get(0))) {
                return (long) i;
            }
        }
        throw new TemplateException("The chat template asks for the index of an item that is not in the list.");
    }

    private static int bound(int index, int size) {
        return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }
}
