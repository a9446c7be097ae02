package io.attune.text.template;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * The result of the dict methods {@code keys}, {@code values} and {@code items}. Has a length, and templates can
 * loop over it.
 */
record DictView(Kind kind, Map<?, ?> dict) {

    enum Kind {
        KEYS,
        VALUES,
        ITEMS
    }

    Iterator<Object> iterator() {
        Iterator<? extends Map.Entry<?, ?>> entries = dict.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Object next() {
                Map.Entry<?, ?> entry = entries.next();
                return switch (kind) {
                    case KEYS -> entry.getKey();
                    case VALUES -> entry.getValue();
                    case ITEMS -> new Tuple(Arrays.asList(entry.getKey(), entry.getValue()));
                };
            }
        };
    }
}
