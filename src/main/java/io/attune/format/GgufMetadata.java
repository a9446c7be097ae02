package io.attune.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The metadata of a GGUF file by key. Errors about a missing value or a value of another type name file and key. */
record GgufMetadata(Path file, Map<String, Object> values) {

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        if (values.get(key) instanceof String text) {
            return text;
        }
        throw refused(key, "must be a string, is " + shown(key));
    }

    String text(String key, String absent) {
        return has(key) ? text(key) : absent;
    }

    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (values.get(key) instanceof Boolean flag) {
            return flag;
        }
        throw refused(key, "must be a boolean, is " + shown(key));
    }

    int integer(String key, int min, int max) {
        if (values.get(key) instanceof Long number && number >= min && number <= max) {
            return number.intValue();
        }
        throw refused(key, "must be a whole number from " + min + " to " + max + ", is " + shown(key));
    }

    int integer(String key, int min, int max, int absent) {
        return has(key) ? integer(key, min, max) : absent;
    }

    Integer integerOrNull(String key, int min, int max) {
        return has(key) ? Integer.valueOf(integer(key, min, max)) : null;
    }

    double number(String key, double min, double max) {
        if (values.get(key) instanceof Number number && number.doubleValue() >= min && number.doubleValue() <= max) {
            return number.doubleValue();
        }
        throw refused(key, "must be a number from " + min + " to " + max + ", is " + shown(key));
    }

    double number(String key, double min, double max, double absent) {
        return has(key) ? number(key, min, max) : absent;
    }

    List<String> texts(String key) {
        return list(key, String.class, "strings");
    }

    List<Long> integers(String key) {
        return list(key, Long.class, "whole numbers");
    }

    List<Double> numbers(String key) {
        return list(key, Number.class, "numbers").stream()
                .map(Number::doubleValue)
                .toList();
    }

    private <T> List<T> list(String key, Class<T> type, String called) {
        if (values.get(key) instanceof List<?> list && list.stream().allMatch(type::isInstance)) {
            return list.stream().map(type::cast).toList();
        }
        throw refused(key, "must be a list of " + called + ", is " + shown(key));
    }

    ModelFormatException refused(String key, String problem) {
        return ModelFormatException.in(file, "metadata key " + key + " " + problem);
    }

    private String shown(String key) {
        Object value = values.get(key);
        if (value == null) {
            return "missing";
        }
        if (value instanceof List<?> list) {
            return "a list of " + list.size();
        }
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
