package io.attune.format;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;

/** Finds the first difference between two records of one type. */
final class Difference {

    private Difference() {}

    /** Gives a text such as {@code layers[3].mixer.window is 0, read again 512}, or an empty text for equal records. */
    static String between(Record one, Record other) {
        try {
            for (RecordComponent component : one.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                String found = between(
                        component.getName(),
                        component.getAccessor().invoke(one),
                        component.getAccessor().invoke(other));
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return "";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String between(String name, Object one, Object other) {
        if (Objects.equals(one, other)) {
            return "";
        }
        if (one instanceof List<?> list && other instanceof List<?> others && list.size() == others.size()) {
            for (int i = 0; i < list.size(); i++) {
                String found = between(name + "[" + i + "]", list.get(i), others.get(i));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        if (one instanceof Record record && other != null && one.getClass() == other.getClass()) {
            return name + "." + between(record, (Record) other);
        }
        return name + " is " + one + ", read again " + other;
    }
}
