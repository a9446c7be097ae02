package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Filters on numbers. */
final class NumberFilters {

    private static final int MAX_PRECISION = 400;
    /** Maximum number of characters of a float that is parsed. */
    private static final int MAX_DIGITS = 1000;

    private NumberFilters() {}

    static Object abs(Run run, Object value, Arguments arguments) {
        if (value instanceof Double d) {
            return Math.abs(d);
        }
        BigInteger integer = Numbers.bigOrNull(value);
        if (integer == null) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template takes the absolute value of " + Values.type(value) + ".");
        }
        return Numbers.integer(integer.abs());
    }

    static Object round(Run run, Object value, Arguments arguments) {
        int precision = arguments.integer(0, 0);
        String method = arguments.has(1) ? arguments.string(1) : "common";
        if (!Numbers.isNumber(value) || Numbers.isNan(value) || Math.abs(precision) > MAX_PRECISION) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template rounds " + Values.type(value) + ".");
        }
        switch (method) {
            case "common" -> {
                if (!(value instanceof Double d)) {
                    BigDecimal integer = Numbers.exact(value);
                    return precision >= 0
                            ? Numbers.integer(integer.toBigIntegerExact())
                            : Numbers.integer(integer.setScale(precision, RoundingMode.HALF_EVEN)
                                    .toBigInteger());
                }
                if (d.isInfinite()) {
                    return d;
                }
                double rounded = new BigDecimal(d)
                        .setScale(precision, RoundingMode.HALF_EVEN)
                        .doubleValue();
                return rounded == 0 ? (Double) Math.copySign(0.0, d) : (Double) rounded;
            }
            case "ceil", "floor" -> {
                Object power = Arithmetic.POWER.apply(run, 10L, (long) precision);
                double scaled = Numbers.real(Arithmetic.MULTIPLY.apply(run, value, power));
                double whole = method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled);
                return Arithmetic.DIVIDE.apply(run, Numbers.integer(new BigDecimal(whole).toBigInteger()), power);
            }
            default -> throw new TemplateException("The chat template rounds by the method '" + method + "'.");
        }
    }

    static Object integer(Run run, Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, 0L);
        int base = arguments.integer(1, 10);
        Undefined.refuse(value);
        if (value instanceof Double d) {
            if (d.isInfinite()) {
                throw new TemplateException("The chat template makes an integer of an infinite number.");
            }
            return d.isNaN() ? otherwise : Numbers.integer(new BigDecimal(d).toBigInteger());
        }
        BigInteger whole = Numbers.bigOrNull(value);
        if (whole != null) {
            return Numbers.integer(whole);
        }
        if (!Values.isString(value)) {
            return otherwise;
        }
        BigInteger parsed = parsed(run, Text.of(value), base);
        if (parsed != null) {
            return Numbers.integer(parsed);
        }
        Double real = parsedReal(run, Text.of(value));
        boolean finite = real != null && !real.isNaN() && !real.isInfinite();
        return finite ? Numbers.integer(new BigDecimal(real).toBigInteger()) : otherwise;
    }

    /** Python's {@code int(text, base)}; null if the text is not an integer. */
    private static BigInteger parsed(Run run, String text, int base) {
        if (base != 0 && (base < 2 || base > 36)) {
            return null;
        }
        run.budget().scan(text.length());
        String digits = Text.strip(text, null, true, true);
        boolean negative = digits.startsWith("-");
        digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        int radix = base;
        if (digits.length() > 2 && digits.charAt(0) == '0') {
            int prefix = switch (Character.toLowerCase(digits.charAt(1))) {
                case 'x' -> 16;
                case 'o' -> 8;
                case 'b' -> 2;
                default -> 0;
            };
            if (prefix != 0 && (base == 0 || base == prefix)) {
                radix = prefix;
                digits = digits.substring(2);
                digits = digits.startsWith("_") ? digits.substring(1) : digits;
            }
        }
        int by = radix == 0 ? 10 : radix;
        boolean leadingZero = radix == 0 && digits.matches("0[0_]*[1-9].*");
        boolean valid = !digits.isEmpty()
                && !digits.startsWith("_")
                && !digits.endsWith("_")
                && !digits.contains("__")
                && !leadingZero
                && digits.codePoints().allMatch(c -> c == '_' || Character.digit(c, by) >= 0);
        if (!valid) {
            return null;
        }
        if (digits.length() > Budget.MAX_BITS) {
            throw new TemplateException(
                    "The chat template reads an integer of more than " + Budget.MAX_BITS + " digits.");
        }
        StringBuilder plain = new StringBuilder();
        digits.codePoints()
                .filter(c -> c != '_')
                .forEach(c -> plain.append(Character.forDigit(Character.digit(c, by), by)));
        BigInteger value = new BigInteger(plain.toString(), by);
        return negative ? value.negate() : value;
    }

    static Object real(Run run, Object value, Arguments arguments) {
        Undefined.refuse(value);
        if (Numbers.isNumber(value)) {
            return Numbers.real(value);
        }
        Double parsed = Values.isString(value) ? parsedReal(run, Text.of(value)) : null;
        return parsed == null ? arguments.get(0, 0.0) : parsed;
    }

    /** Python's {@code float(text)}; null if the text is not a number. */
    private static Double parsedReal(Run run, String text) {
        run.budget().scan(text.length());
        String number = Text.strip(text, null, true, true);
        if (number.length() > 2 * MAX_DIGITS + 1) {
            return null; // too long for a number even if every other character is an underscore
        }
        String plain = number.replaceAll("(?<=[0-9])_(?=[0-9])", "");
        if (plain.length() > MAX_DIGITS || !plain.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
            return switch (plain.length() > 10 ? "" : plain.toLowerCase(Locale.ROOT)) {
                case "inf", "infinity", "+inf", "+infinity" -> Double.POSITIVE_INFINITY;
                case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
                case "nan", "+nan", "-nan" -> Double.NaN;
                default -> null;
            };
        }
        return Double.valueOf(plain);
    }

    static Object fileSize(Run run, Object value, Arguments arguments) {
        Object number = Values.isString(value) ? parsedReal(run, Text.of(value)) : value;
        if (!Numbers.isNumber(number)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template writes " + Values.type(value) + " as the size of a file.");
        }
        double bytes = Numbers.real(number);
        boolean binary = arguments.flag(0, false);
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return (long) bytes + " Bytes";
        }
        List<String> prefixes = List.of(binary ? "K" : "k", "M", "G", "T", "P", "E", "Z", "Y");
        double unit = base;
        for (int i = 0; i < prefixes.size(); i++) {
            unit *= base;
            if (bytes < unit || i == prefixes.size() - 1) {
                BigDecimal size = new BigDecimal(base * bytes / unit).setScale(1, RoundingMode.HALF_EVEN);
                return size.toPlainString() + " " + prefixes.get(i) + (binary ? "iB" : "B");
            }
        }
        throw new IllegalStateException("no prefix");
    }
}
