package io.attune.text.template;

/**
 * Where a part of a template stands.
 *
 * @param escaping whether {@code autoescape} is on
 * @param tracked whether this is the template's own body, or that of an {@code if} in it
 */
record Scope(Symbols symbols, boolean escaping, boolean tracked) {

    Scope with(Symbols inner) {
        return new Scope(inner, escaping, false);
    }
}
