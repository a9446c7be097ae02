package io.attune.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a description says about one parameter or field.
 *
 * @param name with those around it: {@code method.supervised}, {@code data[].id}, {@code metadata.*}
 * @param types JSON Schema's names; an integer is not called a number
 * @param values which strings may be given; empty if any
 * @param bounds of numbers: {@code >= 1}, {@code < 2}
 */
record Field(String name, boolean required, Set<String> types, Set<String> values, Set<String> bounds) {

    /** What {@code other} says differently; required and types are told apart from the rest of the contract. */
    List<String> differences(Field other) {
        List<String> differences = new ArrayList<>();
        compare(differences, "required", required, other.required);
        compare(differences, "type", types, other.types);
        compare(differences, "values", values, other.values);
        compare(differences, "bounds", bounds, other.bounds);
        return differences;
    }

    private void compare(List<String> differences, String what, Object mine, Object others) {
        if (!Objects.equals(mine, others)) {
            differences.add(name + ": " + what + " " + mine + " instead of " + others);
        }
    }

    /** Whether every value of this field is one of {@code other}'s, numbers' bounds aside. */
    boolean fits(Field other) {
        Set<String> mine = new TreeSet<>(types);
        if (other.types.contains("number")) {
            mine.remove("integer");
        }
        return other.types.isEmpty() || other.types.containsAll(mine) && valuesFit(other);
    }

    private boolean valuesFit(Field other) {
        return other.values.isEmpty()
                || !types.contains("string")
                || !values.isEmpty() && other.values.containsAll(values);
    }

    /** As JSON Schema writes it: 1e-05 and 0.00001 are the same. */
    static String bound(String sign, Object value) {
        BigDecimal number = new BigDecimal(value.toString());
        return sign + " "
                + (number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
    }
}
