package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;

/** Python's binary operators on values. */
enum Arithmetic {
    ADD("+") {
        @Override
        Object other(Run run, Object a, Object b) {
            if (a instanceof String x && b instanceof String y) {
                run.budget().produce((long) x.length() + y.length());
                return x + y;
            }
            if (Values.isString(a) && Values.isString(b)) {
                String x = Markup.of(run, a);
                String y = Markup.of(run, b);
                run.budget().produce((long) x.length() + y.length());
                return new Markup(x + y);
            }
            if (a instanceof List<?> x && b instanceof List<?> y && !(a instanceof Range || b instanceof Range)) {
                return Items.joined(run, x, y);
            }
            if (a instanceof Tuple x && b instanceof Tuple y) {
                return new Tuple(Items.joined(run, x.items(), y.items()));
            }
            return super.other(run, a, b);
        }

        @Override
        Object longs(long a, long b) {
            long sum = a + b;
            return ((a ^ sum) & (b ^ sum)) < 0 ? bigs(BigInteger.valueOf(a), BigInteger.valueOf(b)) : (Long) sum;
        }

        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return Numbers.integer(a.add(b));
        }

        @Override
        double doubles(double a, double b) {
            return a + b;
        }
    },
    SUBTRACT("-") {
        @Override
        Object longs(long a, long b) {
            long difference = a - b;
            return ((a ^ b) & (a ^ difference)) < 0
                    ? bigs(BigInteger.valueOf(a), BigInteger.valueOf(b))
                    : (Long) difference;
        }

        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return Numbers.integer(a.subtract(b));
        }

        @Override
        double doubles(double a, double b) {
            return a - b;
        }
    },
    MULTIPLY("*") {
        @Override
        Object other(Run run, Object a, Object b) {
            boolean timesFirst = Numbers.bigOrNull(a) != null;
            Object repeated = timesFirst ? b : a;
            BigInteger times = Numbers.bigOrNull(timesFirst ? a : b);
            if (times != null && Values.isString(repeated)) {
                return Text.like(repeated, Text.repeated(run, Text.of(repeated), times(times)));
            }
            if (times != null && repeated instanceof List<?> list && !(repeated instanceof Range)) {
                return Items.repeated(run, list, times(times));
            }
            if (times != null && repeated instanceof Tuple tuple) {
                return new Tuple(Items.repeated(run, tuple.items(), times(times)));
            }
            return super.other(run, a, b);
        }

        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return Numbers.integer(a.multiply(b));
        }

        @Override
        double doubles(double a, double b) {
            return a * b;
        }
    },
    DIVIDE("/") {
        @Override
        Object longs(long a, long b) {
            return isExact(a) && isExact(b)
                    ? (Object) ((double) a / b)
                    : bigs(BigInteger.valueOf(a), BigInteger.valueOf(b));
        }

        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return new BigDecimal(a).divide(new BigDecimal(b), DIVISION).doubleValue();
        }

        @Override
        double doubles(double a, double b) {
            return a / b;
        }
    },
    FLOOR("//") {
        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return Numbers.integer(floor(a, b));
        }

        @Override
        double doubles(double a, double b) {
            double modulo = MODULO.doubles(a, b);
            double quotient = (a - modulo) / b;
            if (quotient == 0) {
                return Math.copySign(0.0, a / b);
            }
            double floor = Math.floor(quotient);
            return quotient - floor > 0.5 ? floor + 1 : floor;
        }
    },
    MODULO("%") {
        @Override
        Object other(Run run, Object a, Object b) {
            return Values.isString(a) ? PercentFormat.of(run, a, b) : super.other(run, a, b);
        }

        @Override
        Object bigs(BigInteger a, BigInteger b) {
            return Numbers.integer(a.subtract(floor(a, b).multiply(b)));
        }

        @Override
        double doubles(double a, double b) {
            double remainder = a % b;
            if (remainder == 0) {
                return Math.copySign(0.0, b);
            }
            return (remainder < 0) != (b < 0) ? remainder + b : remainder;
        }
    },
    POWER("**") {
        @Override
        Object bigs(BigInteger a, BigInteger b) {
            if (b.signum() < 0) {
                return doubles(Numbers.real(a), Numbers.real(b));
            }
            boolean trivial = a.bitLength() <= 1 && a.signum() >= 0 || a.equals(BigInteger.ONE.negate());
            if (trivial) {
                return Numbers.integer(a.pow(b.testBit(0) || b.signum() == 0 ? b.signum() : 2));
            }
            if (b.bitLength() > 16 || (long) (a.bitLength() - 1) * b.intValue() > Budget.MAX_BITS) {
                throw new TemplateException(
                        "The chat template computes an integer of more than " + Budget.MAX_BITS + " bits.");
            }
            return Numbers.integer(a.pow(b.intValue()));
        }

        @Override
        double doubles(double a, double b) {
            if (a == 0 && b < 0) {
                throw new TemplateException("The chat template divides by zero.");
            }
            double power = Math.pow(a, b);
            if (a < 0 && b != Math.rint(b) || Double.isInfinite(power) && !Double.isInfinite(a)) {
                throw new TemplateException("The chat template computes a power that is not a float.");
            }
            return power;
        }
    };

    /** More digits than a float can distinguish. */
    private static final MathContext DIVISION = new MathContext(800);

    /** A float represents all integers up to this one exactly. */
    private static final long EXACT = 1L << 53;

    /** Steps that a division with {@link #DIVISION} counts as. */
    private static final int DIVIDING = 4000;
    /** Steps that another operation on long integers counts as. */
    private static final int LONG = 20;

    private final String sign;

    Arithmetic(String sign) {
        this.sign = sign;
    }

    static Arithmetic of(String sign) {
        return Arrays.stream(values())
                .filter(a -> a.sign.equals(sign))
                .findFirst()
                .orElseThrow();
    }

    Object apply(Run run, Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            refuseZero(y);
            if (this == POWER || this == DIVIDE && !(isExact(x) && isExact(y))) {
                run.budget().step(this == DIVIDE ? DIVIDING : LONG);
            }
            return longs(x, y);
        }
        if (!Numbers.isNumber(a) || !Numbers.isNumber(b)) {
            return other(run, a, b);
        }
        if (a instanceof Double || b instanceof Double) {
            double y = Numbers.real(b);
            refuseZero(y);
            return doubles(Numbers.real(a), y);
        }
        BigInteger y = Numbers.bigOrNull(b);
        refuseZero(y.signum());
        run.budget().step(this == DIVIDE ? DIVIDING : LONG);
        return bigs(Numbers.bigOrNull(a), y);
    }

    private static boolean isExact(long integer) {
        return Math.abs(integer) <= EXACT;
    }

    private void refuseZero(double divisor) {
        if (divisor == 0 && (this == DIVIDE || this == FLOOR || this == MODULO)) {
            throw new TemplateException("The chat template divides by zero.");
        }
    }

    /** Applies the operator to values that are not both numbers. */
    Object other(Run run, Object a, Object b) {
        Undefined.refuse(a);
        Undefined.refuse(b);
        throw new TemplateException(
                "The chat template applies " + sign + " to " + Values.type(a) + " and " + Values.type(b) + ".");
    }

    Object longs(long a, long b) {
        return bigs(BigInteger.valueOf(a), BigInteger.valueOf(b));
    }

    abstract Object bigs(BigInteger a, BigInteger b);

    abstract double doubles(double a, double b);

    static Object sign(boolean negative, Object value) {
        Undefined.refuse(value);
        if (value instanceof Double d) {
            return negative ? -d : d;
        }
        BigInteger integer = Numbers.bigOrNull(value);
        if (integer == null) {
            throw new TemplateException("The chat template takes the sign of " + Values.type(value) + ".");
        }
        return Numbers.integer(negative ? integer.negate() : integer);
    }

    private static BigInteger floor(BigInteger x, BigInteger y) {
        BigInteger[] parts = x.divideAndRemainder(y);
        return parts[1].signum() != 0 && parts[1].signum() != y.signum() ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    private static int times(BigInteger times) {
        return Math.max(0, Numbers.index(times));
    }
}
