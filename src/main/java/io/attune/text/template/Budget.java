package io.attune.text.template;

/**
 * What one rendering may use; templates come with models that nobody here wrote. Going over it ends the rendering. All that is used counts as
 * {@link Work} too.
 */
final class Budget {

    /** Nodes of the template's tree that are run, and items that are looked at. */
    static final long MAX_STEPS = 10_000_000;
    /** Levels of nesting of what runs; keeps the stack of the thread small. */
    static final int MAX_DEPTH = 1500;
    /** Characters that may be made altogether, the output included; an item of a list counts as {@link #ITEM}. */
    static final long MAX_PRODUCED = 20L << 20;

    /** Characters of one text. */
    static final int MAX_TEXT = 4 << 20;

    static final int ITEM = 32;
    /** Characters that may be looked at altogether. */
    static final long MAX_SCANNED = 400L << 20;
    /** What looking up a character's properties counts as, in characters looked at. */
    private static final int LOOKING_UP = 5;
    /** Bits of an integer. */
    static final int MAX_BITS = 4096;

    private final Work work;
    private long steps;
    private int depth;
    private long produced;
    private long scanned;

    Budget(Work work) {
        this.work = work;
    }

    /** What was used so far. */
    record Used(long steps, long produced, long scanned) {}

    Used used() {
        return new Used(steps, produced, scanned);
    }

    /** Starts from what was used at an earlier time, at the level of the template itself. */
    void reset(Used used) {
        steps = used.steps();
        produced = used.produced();
        scanned = used.scanned();
        depth = 0;
    }

    /** Counts steps of the interpreter. */
    void step(int count) {
        steps += count;
        work.step(count);
        if (steps > MAX_STEPS) {
            throw new TemplateException("The chat template takes more than " + MAX_STEPS + " steps.");
        }
    }

    /** Counts characters that are about to be made, before they are. */
    void produce(long characters) {
        produced += characters;
        if (produced > MAX_PRODUCED || characters < 0) {
            throw new TemplateException("The chat template makes more than " + MAX_PRODUCED + " characters.");
        }
        work.add(characters);
    }

    /** Counts characters that are about to be put to the end of a text. */
    void extend(StringBuilder text, long characters) {
        produce(characters);
        if (text.length() + characters > MAX_TEXT) {
            throw new TemplateException("The chat template writes a text of more than " + MAX_TEXT + " characters.");
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
        work.scan(characters);
    }

    /** Counts characters whose Unicode properties are about to be looked up. */
    void lookUp(long characters) {
        scan(LOOKING_UP * characters);
    }

    void enter(int levels) {
        step(1);
        depth += levels;
        if (depth > MAX_DEPTH) {
            throw new TemplateException("The chat template nests deeper than " + MAX_DEPTH + " levels.");
        }
    }

    void leave(int levels) {
        depth -= levels;
    }
}
