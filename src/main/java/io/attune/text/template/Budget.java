package io.attune.text.template;

/** What one rendering may use; templates come with models that nobody here wrote. Going over it ends the rendering. */
final class Budget {

    static final int MAX_STEPS = 2_000_000;
    static final int MAX_DEPTH = 400;
    /** Characters that may be made altogether, the output included; an item of a list counts as {@link #ITEM}. */
    static final long MAX_PRODUCED = 128L << 20;

    static final int ITEM = 32;
    /** Characters that may be looked at altogether. */
    static final long MAX_SCANNED = 2L << 30;
    /** Bits of an integer. */
    static final int MAX_BITS = 4096;

    private int steps;
    private int depth;
    private long produced;
    private long scanned;

    /** Counts a step of the interpreter. */
    void step() {
        if (++steps > MAX_STEPS) {
            throw new TemplateException("The chat template takes more than " + MAX_STEPS + " steps.");
        }
    }

    /** Counts characters that are about to be made, before they are. */
    void produce(long characters) {
        produced += characters;
        if (produced > MAX_PRODUCED) {
            throw new TemplateException("The chat template makes more than " + MAX_PRODUCED + " characters.");
        }
    }

    /** Counts items of a list that is about to be made. */
    void produceItems(long items) {
        produce(items * ITEM);
    }

    /** Counts characters that are about to be looked at, in the worst case. */
    void scan(long characters) {
        scanned += characters;
        if (scanned > MAX_SCANNED || characters < 0) {
            throw new TemplateException("The chat template compares and searches more text than is allowed.");
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
