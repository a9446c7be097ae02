package io.attune.text.template;

/** What one rendering may use; templates come with models that nobody here wrote. Going over it ends the rendering. */
final class Budget {

    static final int MAX_STEPS = 2_000_000;
    static final int MAX_DEPTH = 400;
    /** Characters and list items that may be made altogether, the output included. */
    static final long MAX_PRODUCED = 128L << 20;
    /** Bits of an integer. */
    static final int MAX_BITS = 4096;

    private int steps;
    private int depth;
    private long produced;

    /** Counts a step of the interpreter. */
    void step() {
        if (++steps > MAX_STEPS) {
            throw new TemplateException("The chat template takes more than " + MAX_STEPS + " steps.");
        }
    }

    /** Counts what is about to be made, before it is. */
    void produce(long items) {
        produced += items;
        if (items < 0 || produced > MAX_PRODUCED) {
            throw new TemplateException("The chat template makes more than " + MAX_PRODUCED + " characters.");
        }
    }

    void enter() {
        step();
        if (++depth > MAX_DEPTH) {
            throw new TemplateException("The chat template nests deeper than " + MAX_DEPTH + " levels.");
        }
    }

    void leave() {
        depth--;
    }
}
