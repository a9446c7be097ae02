package io.attune.json;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The values that a field of a JSON object takes. A new type needs an answer in every {@link Visitor}.
 *
 * @param <T> type of a value in Java
 */
public sealed interface ValueType<T> {

    /** @throws InvalidValueException if this type does not take {@code value}, which is not null */
    T read(JsonNode value);

    /** A string that means the same as no value. */
    default Optional<String> word() {
        return Optional.empty();
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each type. */
    interface Visitor<R> {

        R whole(Whole type);

        R number(Number type);

        R choice(Choice type);

        R names(Names type);

        R orWord(OrWord<?> type);
    }

    /** Whole numbers from {@code min} to {@code max}; {@code 2.0} is whole. */
    record Whole(int min, int max) implements ValueType<Integer> {

        @Override
        public Integer read(JsonNode value) {
            boolean whole = value.isNumber() && value.canConvertToInt() && value.canConvertToExactIntegral();
            if (!whole || value.intValue() < min || value.intValue() > max) {
                throw new InvalidValueException("must be a whole number from " + min + " to " + max);
            }
            return value.intValue();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.whole(this);
        }
    }

    /** Finite numbers within a range. */
    record Number(Range range) implements ValueType<Double> {

        @Override
        public Double read(JsonNode value) {
            if (!value.isNumber() || !range.contains(value.doubleValue())) {
                throw new InvalidValueException("must be a number " + range);
            }
            return value.doubleValue();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.number(this);
        }
    }

    /** One of some strings. */
    record Choice(List<String> choices) implements ValueType<String> {

        @Override
        public String read(JsonNode value) {
            if (!value.isString()) {
                throw new InvalidValueException("must be a string");
            }
            if (!choices.contains(value.asString())) {
                throw new InvalidValueException("must be one of " + String.join(", ", choices));
            }
            return value.asString();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.choice(this);
        }
    }

    /**
     * Names, each once, at least one.
     *
     * @param what they name, for messages
     */
    record Names(String what, List<String> example) implements ValueType<List<String>> {

        @Override
        public List<String> read(JsonNode value) {
            if (!value.isArray()) {
                throw new InvalidValueException("must be an array of " + what);
            }
            if (value.isEmpty()
                    || !StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isString)) {
                throw new InvalidValueException("must be an array of strings");
            }
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asString)
                    .distinct()
                    .toList();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.names(this);
        }
    }

    /** Values of another type, or a string that means the same as no value. */
    record OrWord<T>(ValueType<T> type, String leftOut) implements ValueType<T> {

        @Override
        public T read(JsonNode value) {
            return type.read(value);
        }

        @Override
        public Optional<String> word() {
            return Optional.of(leftOut);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.orWord(this);
        }
    }
}
