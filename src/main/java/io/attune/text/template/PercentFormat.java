package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Python's {@code format % values}. */
final class PercentFormat {

    private final Run run;
    private final String format;
    private final Object values;
    private final List<Object> positional;
    private final StringBuilder text = new StringBuilder();
    private int position;
    private int used;

    private PercentFormat(Run run, String format, Object values) {
        this.run = run;
        this.format = format;
        this.values = values;
        this.positional = values instanceof Tuple tuple ? tuple.items() : Collections.singletonList(values);
    }

    static Object of(Run run, Object format, Object values) {
        if (format instanceof Markup) {
            throw new TemplateException("The chat template formats with HTML, which is not supported here.");
        }
        return new PercentFormat(run, (String) format, values).formatted();
    }

    private String formatted() {
        boolean named = false;
        while (position < format.length()) {
            int percent = format.indexOf('%', position);
            int end = percent < 0 ? format.length() : percent;
            run.budget().extend(text, end - position);
            text.append(format, position, end);
            position = end + 1;
            if (percent >= 0) {
                named |= position < format.length() && format.charAt(position) == '(';
                conversion();
            }
        }
        boolean takesAny = named || values instanceof Map || values instanceof List || values instanceof Undefined;
        if (used < positional.size() && !(takesAny && used == 0 && !(values instanceof Tuple))) {
            throw new TemplateException("The chat template formats more values than its format has places for.");
        }
        return text.toString();
    }

    private void conversion() {
        Object value = Frame.MISSING;
        if (peek() == '(') {
            value = byName();
        }
        String flags = "";
        while ("#0- +".indexOf(peek()) >= 0) {
            flags += next();
            if (flags.length() > 20) {
                throw invalid();
            }
        }
        int width = number(-1);
        if (width < -1) {
            flags += "-";
            width = -width;
        }
        int precision = -1;
        if (peek() == '.') {
            position++;
            precision = Math.max(0, number(0));
        }
        while ("hlL".indexOf(peek()) >= 0) {
            position++;
        }
        char type = next();
        if (type == '%') {
            text.append('%');
            return;
        }
        value = value == Frame.MISSING ? nextValue() : value;
        write(value, type, flags, width, precision);
    }

    private Object byName() {
        int end = format.indexOf(')', position);
        if (end < 0 || !(values instanceof Map<?, ?> map)) {
            throw new TemplateException("The chat template formats by name, but not with an object.");
        }
        String name = format.substring(position + 1, end);
        position = end + 1;
        Object value = Dicts.get(run, map, name, Frame.MISSING);
        if (value == Frame.MISSING) {
            throw new TemplateException("The chat template formats '" + name + "', which the object does not have.");
        }
        return value;
    }

    private int number(int otherwise) {
        if (peek() == '*') {
            position++;
            return Numbers.index(nextValue());
        }
        int start = position;
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
        if (start == position) {
            return otherwise;
        }
        return position - start > 9 ? Integer.MAX_VALUE : Integer.parseInt(format.substring(start, position));
    }

    private Object nextValue() {
        if (used >= positional.size()) {
            throw new TemplateException("The chat template formats fewer values than its format has places for.");
        }
        return positional.get(used++);
    }

    private void write(Object value, char type, String flags, int width, int precision) {
        String sign = "";
        String body;
        boolean number = true;
        switch (type) {
            case 's', 'r', 'a' -> {
                body = type == 's' ? Printing.text(run, value) : Printing.repr(run, value);
                if (type == 'a' && !body.chars().allMatch(c -> c < 128)) {
                    throw new TemplateException("The chat template writes text as ASCII, which is not supported here.");
                }
                body = precision >= 0 && precision < Text.length(body) ? Text.part(run, body, 0, precision) : body;
                number = false;
            }
            case 'c' -> {
                body = Values.isString(value) ? Text.of(value) : Character.toString(codePoint(value));
                if (Text.length(body) != 1) {
                    throw invalid();
                }
                number = false;
            }
            case 'd', 'i', 'u', 'o', 'x', 'X' -> {
                BigInteger integer = integer(value, type);
                String digits = NumberFormat.integer(integer, type);
                int zeros = NumberFormat.precision(Math.max(0, precision)) - digits.length();
                body = "0".repeat(Math.max(0, zeros)) + digits;
                boolean prefixed = flags.contains("#") && "oxX".indexOf(type) >= 0;
                sign = sign(integer.signum() < 0, flags) + (prefixed ? "0" + type : "");
            }
            case 'e', 'E', 'f', 'F', 'g', 'G' -> {
                if (!Numbers.isNumber(value)) {
                    Undefined.refuse(value);
                    throw invalid();
                }
                double real = Numbers.real(value);
                int digits = NumberFormat.precision(precision < 0 ? 6 : precision);
                body = NumberFormat.real(real, type, digits, flags.contains("#"));
                sign = sign(real < 0 || 1 / real < 0, flags);
            }
            default -> throw invalid();
        }
        int missing = Math.max(0, width - Text.length(body) - sign.length());
        run.budget().extend(text, (long) missing + body.length() + sign.length());
        if (flags.contains("-")) {
            text.append(sign).append(body).append(" ".repeat(missing));
        } else if (flags.contains("0") && number) {
            text.append(sign).append("0".repeat(missing)).append(body);
        } else {
            text.append(" ".repeat(missing)).append(sign).append(body);
        }
    }

    private static String sign(boolean negative, String flags) {
        return negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    }

    private static BigInteger integer(Object value, char type) {
        if (value instanceof Double d && "diu".indexOf(type) >= 0 && !d.isNaN() && !d.isInfinite()) {
            return new BigDecimal(d).toBigInteger();
        }
        BigInteger integer = Numbers.bigOrNull(value);
        if (integer == null) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template formats " + Values.type(value) + " as an integer.");
        }
        return integer;
    }

    private static int codePoint(Object value) {
        int c = Numbers.index(value);
        if (!Character.isValidCodePoint(c)) {
            throw new TemplateException("The chat template formats a number as a character that does not exist.");
        }
        return c;
    }

    private char peek() {
        return position < format.length() ? format.charAt(position) : '\uffff';
    }

    private char next() {
        if (position >= format.length()) {
            throw invalid();
        }
        return format.charAt(position++);
    }

    private static TemplateException invalid() {
        return new TemplateException("The chat template uses % with a format that is not valid for the value.");
    }
}
