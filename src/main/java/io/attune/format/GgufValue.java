package io.attune.format;

import java.math.BigInteger;
import java.util.List;

/**
 * A value of GGUF metadata with its type, ready to be written.
 *
 * @param value a {@link Number}, {@link Boolean} or {@link String}; for {@link Type#ARRAY} a list of values of one
 *     type
 * @param elements the type of an array's elements, otherwise null
 */
record GgufValue(Type type, Object value, Type elements) {

    /** The types of values. GGUF numbers them in this order. */
    enum Type {
        U8(0, 0xff),
        I8(Byte.MIN_VALUE, Byte.MAX_VALUE),
        U16(0, 0xffff),
        I16(Short.MIN_VALUE, Short.MAX_VALUE),
        U32(0, 0xffff_ffffL),
        I32(Integer.MIN_VALUE, Integer.MAX_VALUE),
        F32,
        BOOL,
        STRING,
        ARRAY,
        U64(BigInteger.ZERO, BigInteger.TWO.pow(64).subtract(BigInteger.ONE)),
        I64(Long.MIN_VALUE, Long.MAX_VALUE),
        F64;

        private final BigInteger min; // null where the values are not whole numbers
        private final BigInteger max;

        Type() {
            this(null, null);
        }

        Type(long min, long max) {
            this(BigInteger.valueOf(min), BigInteger.valueOf(max));
        }

        Type(BigInteger min, BigInteger max) {
            this.min = min;
            this.max = max;
        }
    }

    GgufValue {
        if ((type == Type.ARRAY) != (elements != null)) {
            throw new IllegalArgumentException(type + " with elements of " + elements);
        }
        if (elements == null) {
            check(type, value);
        } else {
            ((List<?>) value).forEach(element -> check(elements, element));
        }
    }

    /** A single value. */
    static GgufValue of(Type type, Object value) {
        return new GgufValue(type, value, null);
    }

    static GgufValue text(String value) {
        return of(Type.STRING, value);
    }

    static GgufValue flag(boolean value) {
        return of(Type.BOOL, value);
    }

    /** An unsigned number of 32 bits, the type of counts, sizes and ids. */
    static GgufValue count(long value) {
        return of(Type.U32, value);
    }

    /** A float of 32 bits. */
    static GgufValue number(double value) {
        return of(Type.F32, value);
    }

    /** A list of values of one type. The elements of a list of {@link Type#ARRAY} are {@link GgufValue}s too. */
    static GgufValue list(Type elements, List<?> values) {
        return new GgufValue(Type.ARRAY, List.copyOf(values), elements);
    }

    private static void check(Type type, Object value) {
        boolean fits = switch (type) {
            case F32, F64 -> value instanceof Number;
            case BOOL -> value instanceof Boolean;
            case STRING -> value instanceof String;
            case ARRAY -> value instanceof GgufValue list && list.type == Type.ARRAY;
            default ->
                value instanceof Number number
                        && whole(number).compareTo(type.min) >= 0
                        && whole(number).compareTo(type.max) <= 0;
        };
        if (!fits) {
            throw new IllegalArgumentException(value + " is no value of the type " + type);
        }
    }

    private static BigInteger whole(Number number) {
        return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
    }

    /** The value in the form in which {@link Gguf} reads it: a Long, Double, Boolean, String, or a list of these. */
    Object asRead() {
        return asRead(type, this);
    }

    private static Object asRead(Type type, Object element) {
        Object value = element instanceof GgufValue wrapped ? wrapped.value : element;
        return switch (type) {
            case F32 -> Double.valueOf(Float.toString(((Number) value).floatValue()));
            case F64 -> ((Number) value).doubleValue();
            case BOOL, STRING -> value;
            case ARRAY ->
                ((List<?>) value)
                        .stream()
                                .map(inner -> asRead(((GgufValue) element).elements, inner))
                                .toList();
            default -> ((Number) value).longValue();
        };
    }

    /** Writes the type and the value. */
    void writeTo(GgufOutput out) {
        out.u32(type.ordinal());
        write(out, type, this);
    }

    private static void write(GgufOutput out, Type type, Object element) {
        Object value = element instanceof GgufValue wrapped ? wrapped.value : element;
        switch (type) {
            case U8, I8 -> out.u8(((Number) value).intValue());
            case U16, I16 -> out.u16(((Number) value).intValue());
            case U32, I32 -> out.u32(((Number) value).intValue());
            case U64, I64 -> out.u64(((Number) value).longValue());
            case F32 -> out.u32(Float.floatToRawIntBits(((Number) value).floatValue()));
            case F64 -> out.u64(Double.doubleToRawLongBits(((Number) value).doubleValue()));
            case BOOL -> out.u8((Boolean) value ? 1 : 0);
            case STRING -> out.text((String) value);
            case ARRAY -> {
                GgufValue list = (GgufValue) element;
                out.u32(list.elements.ordinal());
                out.u64(((List<?>) list.value).size());
                ((List<?>) list.value).forEach(inner -> write(out, list.elements, inner));
            }
        }
    }
}
