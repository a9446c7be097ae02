package io.attune.text.template;

import java.math.BigInteger;
import java.util.List;

/** The variable {@code loop} inside of a for loop. */
record Loop(List<Object> items, int index, int depth) {

    Object get(String attribute) {
        return switch (attribute) {
            case "index" -> BigInteger.valueOf(index + 1L);
            case "index0" -> BigInteger.valueOf(index);
            case "revindex" -> BigInteger.valueOf(items.size() - index);
            case "revindex0" -> BigInteger.valueOf(items.size() - index - 1L);
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> BigInteger.valueOf(items.size());
            case "depth" -> BigInteger.valueOf(depth);
            case "depth0" -> BigInteger.valueOf(depth - 1L);
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("the item before the first");
            case "nextitem" ->
                index + 1 < items.size() ? items.get(index + 1) : new Undefined("the item after the last");
            default ->
                throw new TemplateException(
                        "The chat template uses loop." + attribute + ", which is not supported here.");
        };
    }
}
