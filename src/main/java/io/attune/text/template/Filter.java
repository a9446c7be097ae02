package io.attune.text.template;

import java.util.Collections;
import java.util.Map;

/** The filters: {@code value|filter}. */
enum Filter {
    ABS("abs", Signature.NONE, NumberFilters::abs),
    ATTR("attr", Signature.of("name"), (run, value, arguments) -> {
        return Attributes.own(run, value, arguments.string(0));
    }),
    BATCH("batch", Signature.of("linecount", "fill_with?"), SequenceFilters::batch),
    CAPITALIZE("capitalize", Signature.NONE, onText(Method.CAPITALIZE)),
    CENTER("center", Signature.of("width?"), TextFilters::center),
    COUNT("count", Signature.NONE, (run, value, arguments) -> Items.length(run, value)),
    D("d", Signature.of("default_value?", "boolean?"), Filter::orDefault),
    DEFAULT("default", Signature.of("default_value?", "boolean?"), Filter::orDefault),
    DICTSORT("dictsort", Signature.of("case_sensitive?", "by?", "reverse?"), Ordering::dictSort),
    E("e", Signature.NONE, (run, value, arguments) -> new Markup(Markup.of(run, value))),
    ESCAPE("escape", Signature.NONE, (run, value, arguments) -> new Markup(Markup.of(run, value))),
    FILESIZEFORMAT("filesizeformat", Signature.of("binary?"), NumberFilters::fileSize),
    FIRST("first", Signature.NONE, SequenceFilters::first),
    FLOAT("float", Signature.of("default?"), NumberFilters::real),
    FORCEESCAPE("forceescape", Signature.NONE, (run, value, arguments) -> {
        return new Markup(Markup.of(run, Printing.text(run, value)));
    }),
    FORMAT("format", Signature.ANY, TextFilters::format),
    GROUPBY("groupby", Signature.of("attribute", "default?", "case_sensitive?"), Ordering::groupBy),
    INDENT("indent", Signature.of("width?", "first?", "blank?"), TextFilters::indent),
    INT("int", Signature.of("default?", "base?"), NumberFilters::integer),
    ITEMS("items", Signature.NONE, SequenceFilters::items),
    JOIN("join", Signature.of("d?", "attribute?"), SequenceFilters::join),
    LAST("last", Signature.NONE, SequenceFilters::last),
    LENGTH("length", Signature.NONE, (run, value, arguments) -> Items.length(run, value)),
    LIST("list", Signature.NONE, (run, value, arguments) -> Items.list(run, value)),
    LOWER("lower", Signature.NONE, onText(Method.LOWER)),
    MAP("map", Signature.ANY, Selection::map),
    MAX("max", Signature.of("case_sensitive?", "attribute?"), (run, value, arguments) -> {
        return Ordering.extreme(run, value, arguments, 1);
    }),
    MIN("min", Signature.of("case_sensitive?", "attribute?"), (run, value, arguments) -> {
        return Ordering.extreme(run, value, arguments, -1);
    }),
    PPRINT("pprint", Signature.NONE, TextFilters::prettyPrint),
    RANDOM("random", Signature.NONE, (run, value, arguments) -> {
        throw new TemplateException("The chat template uses a random value, so two renderings would differ.");
    }),
    REJECT("reject", Signature.ANY, (run, value, arguments) -> Selection.select(run, value, arguments, false, false)),
    REJECTATTR("rejectattr", Signature.ANY, (run, value, arguments) -> {
        return Selection.select(run, value, arguments, true, false);
    }),
    REPLACE("replace", Signature.of("old", "new", "count?"), TextFilters::replace),
    REVERSE("reverse", Signature.NONE, SequenceFilters::reverse),
    ROUND("round", Signature.of("precision?", "method?"), NumberFilters::round),
    SAFE("safe", Signature.NONE, (run, value, arguments) -> new Markup(Printing.text(run, value))),
    SELECT("select", Signature.ANY, (run, value, arguments) -> Selection.select(run, value, arguments, false, true)),
    SELECTATTR("selectattr", Signature.ANY, (run, value, arguments) -> {
        return Selection.select(run, value, arguments, true, true);
    }),
    SLICE("slice", Signature.of("slices", "fill_with?"), SequenceFilters::slice),
    SORT("sort", Signature.of("reverse?", "case_sensitive?", "attribute?"), Ordering::sort),
    STRING("string", Signature.NONE, (run, value, arguments) -> {
        return value instanceof Markup ? value : Printing.text(run, value);
    }),
    STRIPTAGS("striptags", Signature.NONE, TextFilters::stripTags),
    SUM("sum", Signature.of("attribute?", "start?"), SequenceFilters::sum),
    TITLE("title", Signature.NONE, TextFilters::title),
    TOJSON("tojson", Signature.of("ensure_ascii?", "indent?", "separators?", "sort_keys?"), Json::of),
    TRIM("trim", Signature.of("chars?"), onText(Method.STRIP)),
    TRUNCATE("truncate", Signature.of("length?", "killwords?", "end?", "leeway?"), TextFilters::truncate),
    UNIQUE("unique", Signature.of("case_sensitive?", "attribute?"), Ordering::unique),
    UPPER("upper", Signature.NONE, onText(Method.UPPER)),
    URLENCODE("urlencode", Signature.NONE, TextFilters::urlEncode),
    URLIZE("urlize", Signature.ANY, (run, value, arguments) -> {
        throw new TemplateException("The chat template makes links with urlize, which is not supported here.");
    }),
    WORDCOUNT("wordcount", Signature.NONE, TextFilters::wordCount),
    WORDWRAP(
            "wordwrap",
            Signature.of("width?", "break_long_words?", "wrapstring?", "break_on_hyphens?"),
            TextFilters::wordWrap),
    XMLATTR("xmlattr", Signature.of("autospace?"), TextFilters::xmlAttributes);

    private interface Body {
        Object apply(Run run, Object value, Arguments arguments);
    }

    private static final Map<String, Filter> NAMED = Tables.byName(values(), filter -> filter.spelling);

    private final String spelling;
    private final Signature signature;
    private final Body body;

    Filter(String spelling, Signature signature, Body body) {
        this.spelling = spelling;
        this.signature = signature;
        this.body = body;
    }

    /** Returns the filter with that name; null if there is none. */
    static Filter named(String name) {
        return NAMED.get(name);
    }

    Object apply(Run run, Object value, Passed passed) {
        run.budget().step(1);
        run.budget().produceItems(1);
        return body.apply(run, value, signature.bind(spelling, passed));
    }

    /** Whether the filter behaves differently if {@code autoescape} is on. */
    boolean knowsEscaping() {
        return switch (this) {
            case JOIN, REPLACE, XMLATTR, URLIZE -> true;
            default -> false;
        };
    }

    /** Applies a method of strings to a value's text. */
    private static Body onText(Method method) {
        return (run, value, arguments) -> method.call(
                run,
                value instanceof Markup ? value : Printing.text(run, value),
                arguments.values().length > 0 && arguments.has(0)
                        ? new Passed(Collections.singletonList(arguments.get(0)), Map.of())
                        : Passed.NOTHING);
    }

    private static Object orDefault(Run run, Object value, Arguments arguments) {
        boolean missing = value instanceof Undefined || (arguments.flag(1, false) && !Values.isTrue(value));
        return missing ? arguments.get(0, "") : value;
    }
}
