package io.attune.text.template;

/** {@code cycler(...)}: returns its items in turn, and starts again after the last. */
final class Cycler {

    private final Tuple items;
    private int position;

    Cycler(Tuple items) {
        if (items.items().isEmpty()) {
            throw new TemplateException("The chat template makes a cycler without items.");
        }
        this.items = items;
    }

    Object current() {
        return items.items().get(position);
    }

    Object next(Run run) {
        Object current = current();
        moveTo(run, (position + 1) % items.items().size());
        return current;
    }

    void reset(Run run) {
        moveTo(run, 0);
    }

    private void moveTo(Run run, int index) {
        if (run.history() != null) {
            int before = position;
            run.history().undo(() -> position = before);
        }
        position = index;
    }

    Object get(String attribute) {
        return switch (attribute) {
            case "current" -> current();
            case "pos" -> (long) position;
            case "items" -> items;
            case "next" -> (Callable) (run, passed) -> next(run);
            case "reset" ->
                (Callable) (run, passed) -> {
                    reset(run);
                    return null;
                };
            default -> Undefined.missing("'" + attribute + "' of a cycler");
        };
    }
}
