package io.attune.text.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code str.format}. Looks attributes up as the sandbox does. */
final class BraceFormat {

    private static final Pattern SPECIFICATION = Pattern.compile(
            "(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?([0-9]+)?([,_])?(?:\\.([0-9]+))?([a-zA-Z%])?", Pattern.DOTALL);

    private static final int MAX_NESTING = 2;

    private final Run run;
    private final List<Object> positional;
    private final Map<String, Object> named;
    private int automatic;
    private boolean numbered;

    private BraceFormat(Run run, List<Object> positional, Map<String, Object> named) {
        this.run = run;
        this.positional = positional;
        this.named = named;
    }

    static String of(Run run, String format, List<Object> positional, Map<String, Object> named) {
        return new BraceFormat(run, positional, named).formatted(format, MAX_NESTING);
    }

    private String formatted(String format, int nesting) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if (c == '{' && !doubled) {
                int end = closing(format, i);
                String field = field(format.substring(i + 1, end), nesting);
                run.budget().extend(text, field.length());
                text.append(field);
                i = end + 1;
            } else if ((c == '{' || c == '}') && !doubled) {
                throw invalid("a brace without its other");
            } else {
                run.budget().extend(text, 1);
                text.append(c);
                i += c == '{' || c == '}' ? 2 : 1;
            }
        }
        return text.toString();
    }

    private static int closing(String format, int open) {
        int depth = 0;
        for (int i = open; i < format.length(); i++) {
            depth += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw invalid("a brace without its other");
    }

    private String field(String field, int nesting) {
        if (nesting == 0) {
            throw invalid("fields nested too deep");
        }
        int end = 0;
        boolean bracket = false;
        while (end < field.length() && (bracket || field.charAt(end) != ':' && field.charAt(end) != '!')) {
            bracket = field.charAt(end) == '[' || bracket && field.charAt(end) != ']';
            end++;
        }
        Object value = value(field.substring(0, end));
        String rest = field.substring(end);
        if (rest.startsWith("!")) {
            if (rest.length() < 2 || rest.length() > 2 && rest.charAt(2) != ':') {
                throw invalid("a conversion");
            }
            value = switch (rest.charAt(1)) {
                case 's' -> Printing.text(run, value);
                case 'r' -> Printing.repr(run, value);
                default -> throw invalid("the conversion '" + rest.charAt(1) + "'");
            };
            rest = rest.substring(2);
        }
        String specification = rest.isEmpty() ? "" : formatted(rest.substring(1), nesting - 1);
        return written(value, specification);
    }

    private Object value(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Object value = first(name.substring(0, end));
        int i = end;
        while (i < name.length()) {
            boolean attribute = name.charAt(i) == '.';
            int stop = i + 1;
            while (stop < name.length()
                    && (attribute ? name.charAt(stop) != '.' && name.charAt(stop) != '[' : name.charAt(stop) != ']')) {
                stop++;
            }
            String part = name.substring(i + 1, stop);
            if (part.isEmpty() || !attribute && stop == name.length()) {
                throw invalid("a field name");
            }
            run.budget().step(1);
            value = attribute
                    ? Attributes.attribute(run, value, part)
                    : Attributes.item(run, value, isIndex(part) ? (Object) Long.valueOf(part) : part);
            i = attribute ? stop : stop + 1;
        }
        return value;
    }

    private Object first(String name) {
        if (name.isEmpty() || isIndex(name)) {
            numbered |= !name.isEmpty();
            if (name.isEmpty() && numbered || numbered && automatic > 0) {
                throw invalid("both numbered fields and ones without a number");
            }
            int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
            if (index >= positional.size()) {
                throw invalid("more fields than values");
            }
            return positional.get(index);
        }
        if (!named.containsKey(name)) {
            throw invalid("the name '" + name + "', which is not given");
        }
        return named.get(name);
    }

    private static boolean isIndex(String part) {
        return !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private String written(Object value, String specification) {
        if (specification.isEmpty()) {
            return Printing.text(run, value);
        }
        Matcher parts = SPECIFICATION.matcher(specification);
        boolean formattable = Values.isString(value) || Numbers.isNumber(value);
        if (!formattable || !parts.matches() || parts.group(4) != null) {
            throw invalid("a specification that is not valid for the value");
        }
        char type = parts.group(10) == null ? 0 : parts.group(10).charAt(0);
        int precision = parts.group(9) == null ? -1 : bounded(parts.group(9));
        if (Values.isString(value)) {
            boolean forNumbers = parts.group(3) != null || parts.group(5) != null || parts.group(8) != null;
            if (type != 0 && type != 's' || forNumbers || "=".equals(parts.group(2))) {
                throw invalid("a specification that is not valid for a string");
            }
            String text = Text.of(value);
            text = precision >= 0 && precision < Text.length(text) ? Text.part(run, text, 0, precision) : text;
            return padded(parts, "", text, "<");
        }
        return number(value, parts, type, precision);
    }

    private static int bounded(String digits) {
        return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private String number(Object value, Matcher parts, char type, int precision) {
        boolean alternate = parts.group(5) != null;
        String body;
        String prefix = "";
        boolean negative;
        boolean integral = !(value instanceof Double) && (type == 0 || "dnboxXc".indexOf(type) >= 0);
        if (integral) {
            BigInteger integer = Numbers.bigOrNull(value);
            if (precision >= 0 || type == 'c') {
                throw invalid("a specification that is not valid for an integer");
            }
            body = NumberFormat.integer(integer, type);
            negative = integer.signum() < 0;
            prefix = alternate && "boxX".indexOf(type) >= 0 && type != 0 ? "0" + type : "";
        } else {
            double real = Numbers.real(value);
            negative = real < 0 || 1 / real < 0;
            body = real(Math.abs(real), type, precision, alternate);
        }
        if (parts.group(8) != null) {
            body = grouped(body, parts.group(8), integral && "boxX".indexOf(type) >= 0 && type != 0 ? 4 : 3);
        }
        String plus = parts.group(3) == null || parts.group(3).equals("-") ? "" : parts.group(3);
        return padded(parts, (negative ? "-" : plus) + prefix, body, ">");
    }

    private String real(double value, char type, int precision, boolean alternate) {
        if (type == 0) {
            if (precision >= 0) {
                throw invalid("a precision without a type, which is not supported here");
            }
            return Printing.real(run, value);
        }
        int digits = NumberFormat.precision(precision < 0 ? 6 : precision);
        return switch (type) {
            case 'e', 'E', 'f', 'F', 'g', 'G' -> NumberFormat.real(value, type, digits, alternate);
            case 'n' -> NumberFormat.real(value, 'g', digits, alternate);
            case '%' -> NumberFormat.real(value * 100, 'f', digits, alternate) + "%";
            default -> throw invalid("a specification that is not valid for a float");
        };
    }

    private static String grouped(String body, String separator, int size) {
        int end = 0;
        while (end < body.length() && Character.digit(body.charAt(end), 16) >= 0 && body.charAt(end) != 'e') {
            end++;
        }
        StringBuilder grouped = new StringBuilder(body);
        for (int i = end - size; i > 0; i -= size) {
            grouped.insert(i, separator);
        }
        return grouped.toString();
    }

    private String padded(Matcher parts, String sign, String body, String align) {
        int width = parts.group(7) == null ? 0 : bounded(parts.group(7));
        boolean zero = parts.group(6) != null && parts.group(2) == null;
        String fill = parts.group(1) != null ? parts.group(1) : parts.group(6) != null ? "0" : " ";
        String side = parts.group(2) != null ? parts.group(2) : zero && align.equals(">") ? "=" : align;
        if (zero && parts.group(8) != null) {
            throw invalid("zeros with separators, which is not supported here");
        }
        int missing = Math.max(0, width - Text.length(body) - sign.length());
        return switch (side) {
            case "<" -> Padding.padded(run, sign + body, 0, missing, fill);
            case "^" -> Padding.padded(run, sign + body, missing / 2, missing - missing / 2, fill);
            case "=" -> sign + Padding.padded(run, body, missing, 0, fill);
            default -> Padding.padded(run, sign + body, missing, 0, fill);
        };
    }

    private static TemplateException invalid(String what) {
        return new TemplateException("The chat template formats text with " + what + ".");
    }
}
