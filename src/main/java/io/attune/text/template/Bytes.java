package io.attune.text.template;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * The result of {@code str.encode}. Templates can print and compare it.
 *
 * @param latin1 each byte as a character
 */
record Bytes(String latin1) {

    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "utf_8");

    static Bytes of(Run run, String text, Arguments arguments) {
        if (arguments.has(0) && !UTF_8.contains(arguments.string(0).toLowerCase(Locale.ROOT))) {
            throw new TemplateException(
                    "The chat template encodes text as '" + arguments.string(0) + "', which is not supported here.");
        }
        run.budget().produce(3L * text.length());
        return new Bytes(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    /** Returns the bytes as Python prints them. */
    String text() {
        StringBuilder text = new StringBuilder("b");
        Printing.quote(latin1, c -> c >= 0x20 && c < 0x7f, text);
        return text.toString();
    }
}
