package io.attune.text.template;

import java.util.Map;

/** The functions that every template has. A variable with the same name hides the function. */
enum Function implements Callable {
    CYCLER("cycler", "<class 'jinja2.utils.Cycler'>", Signature.ANY, (run, arguments) -> {
        return new Cycler(new Tuple(arguments.morePositional()));
    }),
    DICT("dict", null, Signature.ANY, (run, arguments) -> Dicts.of(run, arguments.more())),
    JOINER("joiner", "<class 'jinja2.utils.Joiner'>", Signature.of("sep?"), (run, arguments) -> {
        return new Joiner(arguments.get(0, ", "));
    }),
    LIPSUM("lipsum", null, Signature.ANY, (run, arguments) -> {
        throw new TemplateException("The chat template asks for random text with lipsum, which is not supported here.");
    }),
    NAMESPACE("namespace", "<class 'jinja2.utils.Namespace'>", Signature.ANY, (run, arguments) -> {
        Namespace namespace = new Namespace();
        Dicts.of(run, arguments.more()).forEach((name, value) -> {
            if (!(name instanceof String attribute)) {
                throw new TemplateException("The chat template makes a namespace with a name that is not a string.");
            }
            namespace.set(run, attribute, value);
        });
        return namespace;
    }),
    RAISE_EXCEPTION("raise_exception", null, Signature.of("message"), (run, arguments) -> {
        String message = Printing.text(run, arguments.get(0));
        throw new TemplateException("The chat template refuses the conversation: "
                + message.substring(0, Math.min(message.length(), Function.MAX_MESSAGE)));
    }),
    RANGE("range", null, Signature.of("-start", "-stop?", "-step?"), (run, arguments) -> {
        long first = Numbers.index(arguments.get(0));
        return arguments.has(1)
                ? Range.of(first, Numbers.index(arguments.get(1)), arguments.integer(2, 1))
                : Range.of(0, first, 1);
    }),
    /** The template's name for itself. Its blocks are not available through it. */
    SELF("self", "<TemplateReference None>", Signature.ANY, (run, arguments) -> {
        throw new TemplateException("The chat template calls 'self', which is not a function.");
    }),
    STRFTIME_NOW("strftime_now", null, Signature.of("format"), (run, arguments) -> {
        return Dates.format(run, arguments.string(0), run.now());
    });

    private interface Body {
        Object call(Run run, Arguments arguments);
    }

    /** Maximum number of characters of a message that a template raises. The rest is cut. */
    private static final int MAX_MESSAGE = 500;

    private static final Map<String, Function> NAMED = Tables.byName(values(), function -> function.spelling);

    private final String spelling;
    private final String printed;
    private final Signature signature;
    private final Body body;

    Function(String spelling, String printed, Signature signature, Body body) {
        this.spelling = spelling;
        this.printed = printed;
        this.signature = signature;
        this.body = body;
    }

    /** Returns the function with that name; {@code otherwise} if there is none. */
    static Object valueOf(String name, Object otherwise) {
        Function function = NAMED.get(name);
        return function == null ? otherwise : function;
    }

    /** Returns the function as Python prints it; null if Python's text differs between processes. */
    String printed() {
        return printed;
    }

    @Override
    public Object call(Run run, Passed passed) {
        run.budget().produceItems(4);
        return body.call(run, signature.bind(spelling, passed));
    }
}
