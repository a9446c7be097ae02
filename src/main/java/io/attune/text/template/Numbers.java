package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Python's ints, floats and bools. */
final class Numbers {

    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private Numbers() {}

    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Integer;
    }

    /** Returns an int in the form of {@link Values}: {@code Long} if it fits. */
    static Object integer(BigInteger value) {
        if (value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0) {
            return value.longValue();
        }
        if (value.bitLength() > Budget.MAX_BITS) {
            throw new TemplateException(
                    "The chat template computes an integer of more than " + Budget.MAX_BITS + " bits.");
        }
        return value;
    }

    /** Returns an int or bool that fits into a Long, else null. */
    static Long longOrNull(Object value) {
        if (value instanceof Long l) {
            return l;
        }
        if (value instanceof Boolean b) {
            return b ? 1L : 0L;
        }
        if (value instanceof Integer i) {
            return i.longValue();
        }
        return value instanceof BigInteger big && big.bitLength() < Long.SIZE ? (Long) big.longValue() : null;
    }

    /** Returns an int or bool, else null. */
    static BigInteger bigOrNull(Object value) {
        if (value instanceof BigInteger big) {
            return big;
        }
        Long small = longOrNull(value);
        return small == null ? null : BigInteger.valueOf(small);
    }

    /**
     * Returns an int for counts and indexes. Values outside {@code int} become its limits, with the same effect.
     */
    static int index(Object value) {
        BigInteger integer = bigOrNull(value);
        if (integer == null) {
            Undefined.refuse(value);
            throw new TemplateException(
                    "The chat template uses " + Values.type(value) + " where an integer is needed.");
        }
        Long small = longOrNull(integer);
        if (small == null) {
            return integer.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, small));
    }

    static double real(Object number) {
        if (number instanceof Double d) {
            return d;
        }
        BigInteger integer = bigOrNull(number);
        double value = integer.doubleValue();
        if (Double.isInfinite(value)) {
            throw new TemplateException("The chat template makes a float of an integer that is too large for one.");
        }
        return value;
    }

    static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && b instanceof Double y && x.doubleValue() == y.doubleValue()) {
            return 0; // also if a value is -0.0
        }
        if (a instanceof Double && b instanceof Double || isNotFinite(a) || isNotFinite(b)) {
            return Double.compare(real(a), real(b));
        }
        return exact(a).compareTo(exact(b));
    }

    static boolean equal(Object a, Object b) {
        return a instanceof Long x && b instanceof Long y
                ? x.longValue() == y.longValue()
                : !isNan(a) && !isNan(b) && compare(a, b) == 0;
    }

    static boolean isNan(Object value) {
        return value instanceof Double d && d.isNaN();
    }

    private static boolean isNotFinite(Object value) {
        return value instanceof Double d && (d.isNaN() || d.isInfinite());
    }

    /** Returns the exact value of a finite number. */
    static BigDecimal exact(Object number) {
        return number instanceof Double d ? new BigDecimal(d) : new BigDecimal(bigOrNull(number));
    }
}
