package io.attune.process;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The maximum size of the heap of a JVM.
 *
 * @param bytes as the JVM counts them; it rounds up to whole pages
 */
public record HeapSize(long bytes) {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kKmMgGtT]?)");
    private static final String UNITS = " kmgt";

    public static HeapSize ofMebibytes(int mebibytes) {
        return new HeapSize((long) mebibytes << 20);
    }

    /**
     * Reads a size from a setting, written as after {@code -Xmx}.
     *
     * @param setting name of the setting, for the message
     * @throws IllegalArgumentException if the value is not a size
     */
    public static HeapSize ofSetting(String setting, String value) {
        Matcher size = SIZE.matcher(value);
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    setting + " must be the size of a Java heap, such as 1g or 800m, not '" + value + "'");
        }
        int power = Math.max(0, UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT)));
        return new HeapSize(Long.parseLong(size.group(1)) << 10 * power);
    }

    /** The option for the JVM. */
    String option() {
        return "-Xmx" + bytes;
    }
}
