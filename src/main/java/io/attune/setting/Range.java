package io.attune.setting;

/** Bounds of a number; an open end does not belong to the range. */
public record Range(double min, boolean minOpen, double max, boolean maxOpen) {

    static Range closed(double min, double max) {
        return new Range(min, false, max, false);
    }

    static Range above(double min, double max) {
        return new Range(min, true, max, false);
    }

    static Range below(double min, double max) {
        return new Range(min, false, max, true);
    }

    boolean contains(double value) {
        return Double.isFinite(value)
                && (minOpen ? value > min : value >= min)
                && (maxOpen ? value < max : value <= max);
    }

    @Override
    public String toString() {
        return (minOpen ? "above " : "from ")
                + Fallback.plain(min)
                + (maxOpen ? " to below " : " to ")
                + Fallback.plain(max);
    }
}
