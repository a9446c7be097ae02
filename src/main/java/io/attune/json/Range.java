package io.attune.json;

import java.math.BigDecimal;

/** Bounds of a number; an open end does not belong to the range. */
public record Range(double min, boolean minOpen, double max, boolean maxOpen) {

    public static Range closed(double min, double max) {
        return new Range(min, false, max, false);
    }

    public static Range above(double min, double max) {
        return new Range(min, true, max, false);
    }

    public static Range below(double min, double max) {
        return new Range(min, false, max, true);
    }

    boolean contains(double value) {
        return Double.isFinite(value)
                && (minOpen ? value > min : value >= min)
                && (maxOpen ? value < max : value <= max);
    }

    @Override
    public String toString() {
        return (minOpen ? "above " : "from ") + plain(min) + (maxOpen ? " to below " : " to ") + plain(max);
    }

    /** A number without exponent and without needless zeros. */
    public static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
