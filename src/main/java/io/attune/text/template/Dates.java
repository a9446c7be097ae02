package io.attune.text.template;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's {@code strftime} in the C locale, as for Python's {@code datetime} without a time zone. */
final class Dates {

    /** Steps that the most expensive directives count as. */
    private static final int DIRECTIVE = 20;

    private Dates() {}

    static String format(Run run, String format, LocalDateTime at) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i++);
            String part = Character.toString(c);
            if (c == '%' && i < format.length()) {
                char flag = format.charAt(i);
                boolean flagged = "-_0^#".indexOf(flag) >= 0 && i + 1 < format.length();
                i += flagged ? 1 : 0;
                part = directive(format.charAt(i++), flagged ? flag : 0, at);
            }
            run.budget().step(c == '%' ? DIRECTIVE : 1);
            run.budget().produce(part.length());
            text.append(part);
        }
        return text.toString();
    }

    private static String directive(char directive, char flag, LocalDateTime at) {
        int hour12 = at.getHour() % 12 == 0 ? 12 : at.getHour() % 12;
        int weekday = at.getDayOfWeek().getValue() % 7; // Sunday is 0
        int yearDay = at.getDayOfYear();
        return switch (directive) {
            case 'a' -> text(at.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH), flag);
            case 'A' -> text(at.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH), flag);
            case 'b', 'h' -> text(at.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH), flag);
            case 'B' -> text(at.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH), flag);
            case 'p' -> flag == '#' ? (at.getHour() < 12 ? "am" : "pm") : at.getHour() < 12 ? "AM" : "PM";
            case 'P' -> text(at.getHour() < 12 ? "am" : "pm", flag);
            case 'd' -> number(at.getDayOfMonth(), 2, '0', flag);
            case 'e' -> number(at.getDayOfMonth(), 2, ' ', flag);
            case 'H' -> number(at.getHour(), 2, '0', flag);
            case 'k' -> number(at.getHour(), 2, ' ', flag);
            case 'I' -> number(hour12, 2, '0', flag);
            case 'l' -> number(hour12, 2, ' ', flag);
            case 'M' -> number(at.getMinute(), 2, '0', flag);
            case 'S' -> number(at.getSecond(), 2, '0', flag);
            case 'f' -> number(at.getNano() / 1000, 6, '0', (char) 0);
            case 'm' -> number(at.getMonthValue(), 2, '0', flag);
            case 'j' -> number(yearDay, 3, '0', flag);
            case 'y' -> number(at.getYear() % 100, 2, '0', flag);
            case 'Y' -> number(at.getYear(), 1, '0', flag);
            case 'C' -> number(at.getYear() / 100, 2, '0', flag);
            case 'G' -> number(at.get(IsoFields.WEEK_BASED_YEAR), 1, '0', flag);
            case 'g' -> number(at.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flag);
            case 'V' -> number(at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
            case 'U' -> number((yearDay + 6 - weekday) / 7, 2, '0', flag);
            case 'W' -> number((yearDay + 6 - (weekday + 6) % 7) / 7, 2, '0', flag);
            case 'u' -> number(at.getDayOfWeek().getValue(), 1, '0', flag);
            case 'w' -> number(weekday, 1, '0', flag);
            case 'c' -> text(all("abeT", at, " ") + " " + at.getYear(), flag);
            case 'D', 'x' -> all("mdy", at, "/");
            case 'F' -> at.getYear() + "-" + all("md", at, "-");
            case 'R' -> all("HM", at, ":");
            case 'T', 'X' -> all("HMS", at, ":");
            case 'r' -> all("IMS", at, ":") + " " + directive('p', (char) 0, at);
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            case 'z', 'Z' -> "";
            default ->
                throw new TemplateException(
                        "The chat template formats the date with '%" + directive + "', which is not supported here.");
        };
    }

    private static String all(String directives, LocalDateTime at, String separator) {
        StringBuilder text = new StringBuilder();
        for (char directive : directives.toCharArray()) {
            text.append(text.isEmpty() ? "" : separator).append(directive(directive, (char) 0, at));
        }
        return text.toString();
    }

    private static String text(String text, char flag) {
        return flag == '^' || flag == '#' ? text.toUpperCase(Locale.ROOT) : text;
    }

    private static String number(int value, int width, char fill, char flag) {
        String digits = Integer.toString(value);
        char with = flag == '_' ? ' ' : flag == '0' ? '0' : fill;
        return flag == '-' ? digits : Character.toString(with).repeat(Math.max(0, width - digits.length())) + digits;
    }
}
