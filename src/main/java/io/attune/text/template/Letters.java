package io.attune.text.template;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's tests of characters and conversions of case. */
final class Letters {

    private Letters() {}

    static String lower(Run run, String text) {
        run.budget().produce(text.length());
        return Text.known(text).toLowerCase(Locale.ROOT);
    }

    static String upper(Run run, String text) {
        run.budget().produce(text.length());
        return Text.known(text).toUpperCase(Locale.ROOT);
    }

    /** {@code str.capitalize} */
    static String capitalize(Run run, String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.codePointAt(0));
        String lower = lower(run, text);
        return titleCase(Text.known(text).substring(0, first))
                + lower.substring(
                        text.substring(0, first).toLowerCase(Locale.ROOT).length());
    }

    /** {@code str.title}: a capital letter after each character without case. */
    static String title(Run run, String text) {
        String lower = lower(run, text);
        StringBuilder title = new StringBuilder();
        boolean inWord = false;
        int[] characters = text.codePoints().toArray();
        run.budget().produce(2L * characters.length);
        boolean sameLength = lower.codePointCount(0, lower.length()) == characters.length;
        int[] lowered = sameLength ? lower.codePoints().toArray() : null;
        for (int i = 0; i < characters.length; i++) {
            String c = Character.toString(characters[i]);
            String small = sameLength ? Character.toString(lowered[i]) : c.toLowerCase(Locale.ROOT);
            title.append(inWord ? small : titleCase(c));
            inWord = isCased(characters[i]);
        }
        return title.toString();
    }

    private static String titleCase(String character) {
        int c = character.codePointAt(0);
        int title = Character.toTitleCase(c);
        String upper = character.toUpperCase(Locale.ROOT);
        if (title != c || upper.equals(character)) {
            return Character.toString(title);
        }
        // a letter whose capital has several letters, such as the sharp s
        return upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
    }

    static String swapCase(Run run, String text) {
        run.budget().produce(2L * text.length());
        StringBuilder swapped = new StringBuilder();
        Text.known(text).codePoints().forEach(c -> {
            String character = Character.toString(c);
            swapped.append(
                    Character.isUpperCase(c)
                            ? character.toLowerCase(Locale.ROOT)
                            : Character.isLowerCase(c) ? character.toUpperCase(Locale.ROOT) : character);
        });
        return swapped.toString();
    }

    static String caseFold(Run run, String text) {
        run.budget().produce(2L * text.length());
        StringBuilder folded = new StringBuilder();
        Text.known(text).codePoints().forEach(c -> {
            if (Character.UnicodeScript.of(c) == Character.UnicodeScript.CHEROKEE) {
                throw new TemplateException(
                        "The chat template folds the case of Cherokee, which is not supported here.");
            }
            String character = Character.toString(c);
            boolean dotless = c == 0x131;
            folded.append(
                    dotless ? character : character.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
        });
        return folded.toString();
    }

    static boolean isCased(int c) {
        return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
    }

    /** Whether the text is not empty and all its characters are of a kind. */
    static boolean all(Run run, String text, IntPredicate kind) {
        run.budget().lookUp(text.length());
        return !text.isEmpty() && Text.known(text).codePoints().allMatch(kind);
    }

    /** {@code islower} and {@code isupper}: whether the text has letters with case, and all have the right case. */
    static boolean isAllOf(Run run, String text, IntPredicate right, IntPredicate wrong) {
        run.budget().lookUp(text.length());
        return Text.known(text).codePoints().anyMatch(right)
                && text.codePoints().noneMatch(c -> wrong.test(c) || Character.isTitleCase(c));
    }

    /** {@code istitle} */
    static boolean isTitle(Run run, String text) {
        run.budget().lookUp(text.length());
        boolean inWord = false;
        boolean found = false;
        for (int c : Text.known(text).codePoints().toArray()) {
            if (Character.isUpperCase(c) || Character.isTitleCase(c)) {
                if (inWord) {
                    return false;
                }
                inWord = true;
                found = true;
            } else if (Character.isLowerCase(c)) {
                if (!inWord) {
                    return false;
                }
                found = true;
            } else {
                inWord = false;
            }
        }
        return found;
    }

    static boolean isDecimal(int c) {
        return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
    }

    /** Decimals, superscripts and subscripts. Other characters that Unicode counts as digits are not known here. */
    static boolean isDigit(int c) {
        if (isDecimal(c) || c == 0xb2 || c == 0xb3 || c == 0xb9) {
            return true;
        }
        if (c == 0x2070 || (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089)) {
            return true;
        }
        if (Character.getType(c) == Character.OTHER_NUMBER && !(c >= 0xbc && c <= 0xbe)) {
            throw new TemplateException("The chat template asks whether U+" + Integer.toHexString(c)
                    + " is a digit, which is not known here.");
        }
        return false;
    }

    static boolean isNumeric(int c) {
        int type = Character.getType(c);
        if (type == Character.OTHER_LETTER && Character.isIdeographic(c)) {
            throw new TemplateException("The chat template asks whether U+" + Integer.toHexString(c)
                    + " is a number, which is not known here.");
        }
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    static boolean isAlphanumeric(int c) {
        return Character.isLetter(c)
                || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
                || Character.getType(c) == Character.LETTER_NUMBER
                || Character.getType(c) == Character.OTHER_NUMBER;
    }

    static boolean isIdentifier(Run run, String text) {
        return all(
                        run,
                        text,
                        c -> c == '_' || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c))
                && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)));
    }
}
