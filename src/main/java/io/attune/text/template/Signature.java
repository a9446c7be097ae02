package io.attune.text.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a filter, test, method or function, in Python's order.
 *
 * @param required number of parameters that need an argument
 * @param nameless number of the first parameters that cannot be passed by name
 * @param anyMore whether further arguments are accepted
 */
record Signature(List<String> parameters, int required, int nameless, boolean anyMore) {

    static final Signature NONE = of();
    static final Signature ANY = of("*");

    /**
     * Reads a notation: {@code "-sep"} cannot be passed by name, {@code "count?"} is optional, {@code "*"} at the
     * end accepts further arguments.
     */
    static Signature of(String... notation) {
        boolean anyMore = notation.length > 0 && notation[notation.length - 1].equals("*");
        String[] parameters = anyMore ? Arrays.copyOf(notation, notation.length - 1) : notation;
        int nameless =
                (int) Arrays.stream(parameters).filter(p -> p.startsWith("-")).count();
        int required =
                (int) Arrays.stream(parameters).filter(p -> !p.endsWith("?")).count();
        List<String> names =
                Arrays.stream(parameters).map(p -> p.replaceAll("^-|\\?$", "")).toList();
        return new Signature(names, required, nameless, anyMore);
    }

    /** Returns the passed arguments in the order of the parameters. */
    Arguments bind(String owner, Passed passed) {
        Object[] values = new Object[parameters.size()];
        int given = Math.min(passed.positional().size(), values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = i < given ? passed.positional().get(i) : Arguments.ABSENT;
        }
        Passed more = Passed.NOTHING;
        if (passed.positional().size() > given || !passed.named().isEmpty()) {
            more = rest(owner, passed, values, given);
        }
        for (int i = 0; i < required; i++) {
            if (values[i] == Arguments.ABSENT) {
                throw new TemplateException(
                        "The chat template calls '" + owner + "' without its argument '" + parameters.get(i) + "'.");
            }
        }
        return new Arguments(values, more);
    }

    private Passed rest(String owner, Passed passed, Object[] values, int given) {
        if (passed.positional().size() > given && !anyMore) {
            throw new TemplateException("The chat template calls '" + owner + "' with "
                    + passed.positional().size() + " arguments, but it takes " + values.length + ".");
        }
        Map<String, Object> named = new LinkedHashMap<>(passed.named());
        for (int i = 0; i < values.length; i++) {
            String name = parameters.get(i);
            if (i >= nameless && named.containsKey(name)) {
                if (values[i] != Arguments.ABSENT) {
                    throw new TemplateException(
                            "The chat template gives the argument '" + name + "' of '" + owner + "' twice.");
                }
                values[i] = named.remove(name);
            }
        }
        if (!named.isEmpty() && !anyMore) {
            throw new TemplateException("The chat template gives '" + owner + "' the argument '"
                    + named.keySet().iterator().next() + "', which it does not have.");
        }
        return new Passed(passed.positional().subList(given, passed.positional().size()), named);
    }
}
