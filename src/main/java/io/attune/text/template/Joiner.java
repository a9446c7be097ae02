package io.attune.text.template;

/** {@code joiner(separator)}: gives nothing when called first and the separator from then on. */
final class Joiner implements Callable {

    private final Object separator;
    private boolean used;

    Joiner(Object separator) {
        this.separator = separator;
    }

    @Override
    public Object call(Run run, Passed passed) {
        if (used) {
            return separator;
        }
        if (run.history() != null) {
            run.history().undo(() -> used = false);
        }
        used = true;
        return "";
    }
}
