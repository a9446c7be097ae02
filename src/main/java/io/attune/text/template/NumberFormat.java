package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Python's formats of numbers, for {@code %} and {@code str.format}. */
final class NumberFormat {

    private static final int MAX_PRECISION = 1000;

    private NumberFormat() {}

    static int precision(int precision) {
        if (precision > MAX_PRECISION) {
            throw new TemplateException(
                    "The chat template writes a number with more than " + MAX_PRECISION + " digits.");
        }
        return precision;
    }

    /** Returns the digits of an integer without its sign: types d, o, x, X, b. */
    static String integer(BigInteger value, char type) {
        BigInteger absolute = value.abs();
        return switch (type) {
            case 'o' -> absolute.toString(8);
            case 'x' -> absolute.toString(16);
            case 'X' -> absolute.toString(16).toUpperCase(Locale.ROOT);
            case 'b' -> absolute.toString(2);
            default -> absolute.toString();
        };
    }

    /** Returns the digits of a float without its sign: types e, E, f, F, g, G. */
    static String real(double value, char type, int precision, boolean alternate) {
        boolean upper = Character.isUpperCase(type);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            String text = Double.isNaN(value) ? "nan" : "inf";
            return upper ? text.toUpperCase(Locale.ROOT) : text;
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        String text = switch (Character.toLowerCase(type)) {
            case 'f' -> fixed(exact, precision, alternate);
            case 'e' -> exponential(exact, precision, alternate);
            default -> general(exact, Math.max(1, precision), alternate);
        };
        return upper ? text.toUpperCase(Locale.ROOT) : text;
    }

    private static String fixed(BigDecimal value, int precision, boolean alternate) {
        String text = value.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
        return precision == 0 && alternate ? text + "." : text;
    }

    private static String exponential(BigDecimal value, int precision, boolean alternate) {
        BigDecimal rounded = value.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        String digits = rounded.unscaledValue().toString();
        int exponent = rounded.signum() == 0 ? 0 : digits.length() - 1 - rounded.scale();
        StringBuilder padded = new StringBuilder(digits);
        while (padded.length() <= precision) {
            padded.append('0');
        }
        padded.setLength(precision + 1);
        if (precision > 0 || alternate) {
            padded.insert(1, '.');
        }
        return padded.append(exponent(exponent)).toString();
    }

    private static String exponent(int exponent) {
        int size = Math.abs(exponent);
        return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
    }

    private static String general(BigDecimal value, int precision, boolean alternate) {
        BigDecimal rounded = value.round(new MathContext(precision, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        boolean fixed = exponent >= -4 && exponent < precision;
        String text = fixed
                ? fixed(rounded, precision - 1 - exponent, alternate)
                : exponential(rounded, precision - 1, alternate);
        if (alternate) {
            return text;
        }
        int mantissa = fixed ? text.length() : text.indexOf('e');
        int end = mantissa;
        if (text.substring(0, mantissa).contains(".")) {
            while (text.charAt(end - 1) == '0') {
                end--;
            }
            end -= text.charAt(end - 1) == '.' ? 1 : 0;
        }
        return text.substring(0, end) + text.substring(mantissa);
    }
}
