package io.attune.tales;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A grammar from a text file: rules with alternatives. {@code [rule]} begins a rule, and each line below it is an
 * alternative. In an alternative, {@code {rule}} is replaced by an alternative of that rule or by a word of the
 * subject. {@code {Rule}} is replaced in the same way, and begins with a capital. A lone {@code ~} is an empty
 * alternative.
 */
final class Grammar {

    private static final Pattern REFERENCE = Pattern.compile("\\{([A-Za-z][a-z0-9_-]*)}");

    private final Map<String, List<String>> rules;

    private Grammar(Map<String, List<String>> rules) {
        this.rules = rules;
    }

    static Grammar read(String resource) {
        Map<String, List<String>> rules = new LinkedHashMap<>();
        List<String> alternatives = null;
        for (String line : TalesText.lines(resource)) {
            if (line.startsWith("[")) {
                alternatives = new ArrayList<>();
                rules.put(line.substring(1, line.indexOf(']')), alternatives);
            } else if (alternatives == null) {
                throw new IllegalStateException(resource + ": there is a line before the first [rule]: " + line);
            } else {
                alternatives.add(line.equals("~") ? "" : line);
            }
        }
        return new Grammar(rules);
    }

    List<String> alternatives(String rule) {
        List<String> alternatives = rules.get(rule);
        if (alternatives == null) {
            throw new IllegalStateException("the grammar has no rule [" + rule + "]");
        }
        return alternatives;
    }

    /** This grammar with further rules. They replace rules of the same name. */
    Grammar with(Map<String, String> words) {
        Map<String, List<String>> all = new HashMap<>(rules);
        words.forEach((name, word) -> all.put(name, List.of(word)));
        return new Grammar(all);
    }

    /** Draws a text of the rule. */
    String draw(String rule, Random random) {
        List<String> alternatives = alternatives(rule);
        return expand(alternatives.get(random.nextInt(alternatives.size())), random);
    }

    /** Replaces every reference in the text. */
    String expand(String text, Random random) {
        return replace(text, random).replaceAll(" +", " ");
    }

    private String replace(String text, Random random) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String rule = name.toLowerCase(Locale.ROOT);
            List<String> alternatives = alternatives(rule);
            String drawn = replace(alternatives.get(random.nextInt(alternatives.size())), random);
            matcher.appendReplacement(
                    expanded, Matcher.quoteReplacement(name.equals(rule) ? drawn : capitalised(drawn)));
        }
        return matcher.appendTail(expanded).toString();
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
