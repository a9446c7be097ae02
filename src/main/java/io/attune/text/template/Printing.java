package io.attune.text.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/** {@code str} and {@code repr} of values. */
final class Printing {

    /** Characters read that the exact search for the shortest digits of a float counts as. */
    private static final int FLOAT_COST = 20_000;
    /** With this number of digits, two different decimals are never the same float. */
    private static final int UNIQUE_DIGITS = 15;

    /** Levels of the stack that one level of nested lists takes. */
    private static final int DEPTH = 4;

    private static final HexFormat HEX = HexFormat.of();

    /** Maximum number of characters of the escape of one unprintable char. */
    private static final int ESCAPED = 6;

    private Printing() {}

    /** {@code str(value)} */
    static String text(Run run, Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Markup markup) {
            return markup.text();
        }
        if (value instanceof Undefined) {
            return "";
        }
        if (value instanceof Long || value == null || value instanceof Boolean) {
            return simple(value);
        }
        StringBuilder text = new StringBuilder();
        print(run, value, text);
        return text.toString();
    }

    /** {@code repr(value)} */
    static String repr(Run run, Object value) {
        StringBuilder text = new StringBuilder();
        print(run, value, text);
        return text.toString();
    }

    private static String simple(Object value) {
        return value == null ? "None" : value instanceof Boolean b ? (b ? "True" : "False") : value.toString();
    }

    private static void print(Run run, Object value, StringBuilder to) {
        run.budget().enter(DEPTH);
        int before = to.length();
        boolean isSingle = false;
        if (value instanceof List<?> list && !(value instanceof Range)) {
            to.append('[');
            all(run, list.iterator(), to);
            to.append(']');
        } else if (value instanceof Tuple tuple) {
            to.append('(');
            all(run, tuple.items().iterator(), to);
            to.append(tuple.items().size() == 1 ? ",)" : ")");
        } else if (value instanceof Map<?, ?> map) {
            dict(run, map, to);
        } else if (value instanceof DictView view) {
            to.append("dict_")
                    .append(view.kind().name().toLowerCase(Locale.ROOT))
                    .append("([");
            all(run, view.iterator(), to);
            to.append("])");
        } else if (value instanceof Namespace namespace) {
            to.append("<Namespace ");
            dict(run, namespace.attributes(), to);
            to.append('>');
        } else {
            single(run, value, to);
            isSingle = true;
        }
        run.budget().extend(to, isSingle ? to.length() - before : 2);
        run.budget().leave(DEPTH);
    }

    private static void single(Run run, Object value, StringBuilder to) {
        if (Values.isString(value)) {
            String text = Text.of(value);
            run.budget().scan((long) ESCAPED * text.length());
            run.budget().produce(text.length());
            to.append(value instanceof Markup ? "Markup(" : "");
            quote(text, Text::isPrintable, to);
            to.append(value instanceof Markup ? ")" : "");
        } else if (value instanceof Double d) {
            to.append(real(run, d));
        } else if (value instanceof Bytes bytes) {
            run.budget().scan((long) ESCAPED * bytes.latin1().length());
            to.append(bytes.text());
        } else if (value instanceof Range range) {
            to.append(range.text());
        } else if (value instanceof Undefined) {
            to.append("Undefined");
        } else if (value instanceof Loop loop) {
            to.append(loop.text(run));
        } else if (value instanceof Macro macro) {
            to.append(macro.name() == null ? "<Macro anonymous>" : "<Macro '" + macro.name() + "'>");
        } else if (value instanceof Function function && function.printed() != null) {
            to.append(function.printed());
        } else if (value == null || Numbers.isNumber(value)) {
            to.append(simple(value));
        } else {
            throw new TemplateException("The chat template prints " + Values.type(value) + ", which has no text.");
        }
    }

    private static void all(Run run, Iterator<?> items, StringBuilder to) {
        String separator = "";
        while (items.hasNext()) {
            to.append(separator);
            print(run, items.next(), to);
            separator = ", ";
        }
    }

    private static void dict(Run run, Map<?, ?> map, StringBuilder to) {
        to.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            to.append(separator);
            print(run, entry.getKey(), to);
            to.append(": ");
            print(run, entry.getValue(), to);
            separator = ", ";
        }
        to.append('}');
    }

    /**
     * {@code repr} of a float: the shortest digits that convert back to the float, such as 1.0, 0.1, 1e+20,
     * 1.5e-07.
     */
    static String real(Run run, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (shortest.precision() > UNIQUE_DIGITS || Math.abs(value) < Double.MIN_NORMAL) {
            run.budget().scan(FLOAT_COST);
            shortest = shortest(value);
        }
        return real(shortest);
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        int fewest = Math.abs(value) < Double.MIN_NORMAL ? 1 : UNIQUE_DIGITS;
        for (int precision = fewest; precision < 17; precision++) {
            BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return rounded;
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    }

    private static String real(BigDecimal value) {
        String digits = value.unscaledValue().abs().toString();
        int exponent = digits.length() - value.scale() - 1; // of the first digit
        int significant = digits.length();
        while (significant > 1 && digits.charAt(significant - 1) == '0') {
            significant--;
        }
        digits = digits.substring(0, significant);
        StringBuilder text = new StringBuilder(value.signum() < 0 ? "-" : "");
        if (exponent < -4 || exponent >= 16) {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            text.append(exponent < 0 ? "e-" : "e+").append(Math.abs(exponent) < 10 ? "0" : "");
            return text.append(Math.abs(exponent)).toString();
        }
        if (exponent < 0) {
            return text.append("0.")
                    .append("0".repeat(-exponent - 1))
                    .append(digits)
                    .toString();
        }
        if (digits.length() <= exponent + 1) {
            text.append(digits).append("0".repeat(exponent + 1 - digits.length()));
            return text.append(".0").toString();
        }
        return text.append(digits, 0, exponent + 1)
                .append('.')
                .append(digits, exponent + 1, digits.length())
                .toString();
    }

    /** {@code repr} of a string. Escapes unprintable characters. */
    static void quote(String text, IntPredicate printable, StringBuilder to) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        to.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> to.append("\\\\");
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> {
                    if (c == quote) {
                        to.append('\\').append(quote);
                    } else if (printable.test(c)) {
                        to.appendCodePoint(c);
                    } else {
                        to.append(escape(c));
                    }
                }
            }
        });
        to.append(quote);
    }

    private static String escape(int c) {
        return c < 0x100
                ? "\\x" + HEX.toHexDigits((byte) c)
                : c < 0x10000 ? "\\u" + HEX.toHexDigits((char) c) : "\\U" + HEX.toHexDigits(c);
    }
}
