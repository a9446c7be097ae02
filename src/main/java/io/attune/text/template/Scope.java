package io.attune.text.template;

/**
 * The context of a part of a template.
 *
 * @param escaping whether {@code autoescape} is on
 * @param tracked whether the part is in the template's own body, or in the body of an {@code if} there
 */
record Scope(Symbols symbols, boolean escaping, boolean tracked) {

    Scope with(Symbols inner) {
        return new Scope(inner, escaping, false);
    }
}
