package io.attune.architecture;

import java.util.List;

/**
 * The fields of a model's config.json, or of an object in it. The methods throw {@link #refused} for missing and
 * impossible values.
 */
public interface Fields {

    /** Whether the field is there, with a value other than null. */
    boolean has(String field);

    int integer(String field, int min, int max);

    int integer(String field, int min, int max, int absent);

    /** The number in a field: finite, and in the closed range. */
    double number(String field, double min, double max);

    double number(String field, double min, double max, double absent);

    boolean flag(String field, boolean absent);

    String text(String field);

    String text(String field, String absent);

    List<String> texts(String field);

    List<Integer> integers(String field);

    List<Double> numbers(String field);

    /** The object in a field. */
    Fields object(String field);

    /** Whether the field is there and null. */
    boolean hasNull(String field);

    /** Whether the field holds an object. */
    boolean hasObject(String field);

    /** The value in the form for an error message. */
    String shown(String field);

    /** The exception that names the file, the field and the problem. */
    RuntimeException refused(String field, String problem);
}
