package io.attune.text.template;

import java.util.List;
import java.util.function.Predicate;

/** Methods that search for a string in a string, or replace it. Positions count code points. */
final class Searching {

    /** Characters read that each match counts as. */
    private static final int FOUND = 4;

    private Searching() {}

    /** The part of a text between the bounds that a call passes as its second and third argument. */
    private record Window(String text, int start, boolean isEmptyBeyond) {

        static Window of(Run run, String text, Arguments arguments) {
            if (!arguments.has(1) && !arguments.has(2)) {
                return new Window(text, 0, false);
            }
            run.budget().scan(2L * text.length());
            int size = Text.length(text);
            int start = bound(arguments.get(1, null), 0, size);
            int stop = Math.min(size, bound(arguments.get(2, null), size, size));
            if (start > stop) {
                return new Window("", start, true);
            }
            return new Window(Text.part(run, text, start, stop), start, false);
        }

        private static int bound(Object given, int otherwise, int size) {
            if (given == null) {
                return otherwise;
            }
            int index = Numbers.index(given);
            return index < 0 ? Math.max(0, index + size) : index;
        }
    }

    static long find(Run run, String text, Arguments arguments, boolean fromRight) {
        Window window = Window.of(run, text, arguments);
        String part = arguments.string(0);
        run.budget().scan(Text.searching(window.text(), part));
        int at = window.isEmptyBeyond()
                ? -1
                : fromRight ? window.text().lastIndexOf(part) : window.text().indexOf(part);
        return at < 0 ? -1 : window.start() + window.text().codePointCount(0, at);
    }

    static long index(Run run, String text, Arguments arguments, boolean fromRight) {
        long at = find(run, text, arguments, fromRight);
        if (at < 0) {
            throw new TemplateException("The chat template asks for the index of text that is not in the string.");
        }
        return at;
    }

    static long count(Run run, String text, Arguments arguments) {
        Window window = Window.of(run, text, arguments);
        String part = arguments.string(0);
        run.budget().scan(Text.searching(window.text(), part));
        if (part.isEmpty()) {
            return window.isEmptyBeyond() ? 0 : Text.length(window.text()) + 1L;
        }
        run.budget().scan((long) FOUND * window.text().length() / part.length());
        return Text.count(window.text(), part);
    }

    static boolean startsWith(Run run, String text, Arguments arguments) {
        Window window = Window.of(run, text, arguments);
        return anyOf(run, window, arguments, window.text()::startsWith);
    }

    static boolean endsWith(Run run, String text, Arguments arguments) {
        Window window = Window.of(run, text, arguments);
        return anyOf(run, window, arguments, window.text()::endsWith);
    }

    private static boolean anyOf(Run run, Window window, Arguments arguments, Predicate<String> matches) {
        if (!(arguments.get(0) instanceof Tuple tuple)) {
            String part = arguments.string(0);
            run.budget().scan(part.length());
            return !window.isEmptyBeyond() && matches.test(part);
        }
        List<Object> parts = tuple.items();
        for (Object part : parts) {
            if (!Values.isString(part)) {
                throw new TemplateException("The chat template looks for " + Values.type(part) + " in a string.");
            }
            run.budget().scan(Text.of(part).length() + 1L);
            if (!window.isEmptyBeyond() && matches.test(Text.of(part))) {
                return true;
            }
        }
        return false;
    }

    /** {@code str.replace}; a negative count means no limit. */
    static String replace(Run run, String text, String old, String with, int count) {
        if (old.isEmpty()) {
            return spaced(run, text, with, count);
        }
        run.budget().scan(2 * Text.searching(text, old));
        int found = Text.count(text, old);
        long times = count < 0 ? found : Math.min(found, count);
        run.budget().produce(text.length() + times * with.length());
        if (times == found) {
            return text.replace(old, with);
        }
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (long i = 0; i < times; i++) {
            int at = text.indexOf(old, from);
            replaced.append(text, from, at).append(with);
            from = at + old.length();
        }
        return replaced.append(text, from, text.length()).toString();
    }

    /** Inserts a string before each character and at the end. */
    private static String spaced(Run run, String text, String with, int count) {
        int length = Text.length(text);
        long times = count < 0 ? length + 1L : Math.min(length + 1L, count);
        run.budget().produce(2L * text.length() + times * with.length());
        StringBuilder spaced = new StringBuilder();
        int i = 0;
        for (int c : text.codePoints().toArray()) {
            spaced.append(i++ < times ? with : "").appendCodePoint(c);
        }
        return spaced.append(i < times ? with : "").toString();
    }
}
