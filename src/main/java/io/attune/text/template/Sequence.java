package io.attune.text.template;

import java.util.List;

/** Sequences of Python other than lists. */
sealed interface Sequence {

    List<Object> items();

    /** An immutable list, printed in parentheses. */
    record Tuple(List<Object> items) implements Sequence {}

    /**
     * What the dict methods {@code keys}, {@code values}, {@code items} and {@code range} give: to loop over, and with
     * a length.
     */
    record View(List<Object> items) implements Sequence {}

    /** What the filter {@code items} gives: to loop over once, and nothing else. */
    final class Generator implements Sequence {
        private final List<Object> items;
        private boolean taken;

        Generator(List<Object> items) {
            this.items = items;
        }

        @Override
        public List<Object> items() {
            if (taken) {
                throw new TemplateException("The chat template goes twice over what the filter items gave.");
            }
            taken = true;
            return items;
        }
    }
}
