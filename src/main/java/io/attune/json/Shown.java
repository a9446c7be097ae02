package io.attune.json;

/**
 * Makes text of a file, a request or a model safe for messages and logs. Cuts long text, and escapes characters that
 * could control a terminal or break the line.
 */
public final class Shown {

    /** The most characters of a name or key. */
    public static final int NAME = 60;

    private Shown() {}

    /** A name or key, cut to {@link #NAME} characters. */
    public static String name(String text) {
        return of(text, NAME);
    }

    /**
     * The first {@code longest} chars of a text, and "..." if there are more. Control characters, format characters,
     * line separators, lone surrogates and characters of private use are escaped as in JSON: {@code \\u001b}.
     */
    public static String of(String text, int longest) {
        int end = Math.min(text.length(), longest);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder shown = new StringBuilder(end + 3);
        text.substring(0, end).codePoints().forEach(c -> {
            if (isShown(c)) {
                shown.appendCodePoint(c);
            } else {
                for (char part : Character.toChars(c)) {
                    shown.append("\\u%04x".formatted((int) part));
                }
            }
        });
        return shown.append(end < text.length() ? "..." : "").toString();
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
