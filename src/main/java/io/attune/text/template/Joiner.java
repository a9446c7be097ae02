package io.attune.text.template;

/** {@code joiner(separator)}: returns the empty string at the first call, then the separator. */
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
