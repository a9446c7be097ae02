package io.attune.text.template;

/**
 * Limits what one rendering may use, because templates come with models from unknown authors. Ends a rendering that
 * exceeds a limit. All use also counts as {@link Work}.
 */
final class Budget {

    /** Maximum number of executed nodes of the template's tree and of visited items. */
    static final long MAX_STEPS = 10_000_000;
    /** Maximum number of nested levels at run time. Keeps the stack of the thread small. */
    static final int MAX_DEPTH = 1500;
    /**
     * Maximum number of characters that a rendering may produce, including the output. An item of a list counts as
     * {@link #ITEM}.
     */
    static final long MAX_PRODUCED = 20L << 20;

    /** Maximum number of characters of one text. */
    static final int MAX_TEXT = 4 << 20;

    static final int ITEM = 32;
    /** Maximum number of characters that a rendering may read. */
    static final long MAX_SCANNED = 400L << 20;
    /** Characters read that a lookup of a character's properties counts as. */
    private static final int LOOKING_UP = 5;
    /** Maximum number of bits of an integer. */
    static final int MAX_BITS = 4096;

    private final Work work;
    private long steps;
    private int depth;
    private long produced;
    private long scanned;

    Budget(Work work) {
        this.work = work;
    }

    /** The use so far. */
    record Used(long steps, long produced, long scanned) {}

    Used used() {
        return new Used(steps, produced, scanned);
    }

    /** Continues from an earlier use, at the level of the template itself. */
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

    /** Counts characters before they are produced. */
    void produce(long characters) {
        produced += characters;
        if (produced > MAX_PRODUCED || characters < 0) {
            throw new TemplateException("The chat template makes more than " + MAX_PRODUCED + " characters.");
        }
        work.add(characters);
    }

    /** Counts characters before they are appended to a text. */
    void extend(StringBuilder text, long characters) {
        produce(characters);
        if (text.length() + characters > MAX_TEXT) {
            throw new TemplateException("The chat template writes a text of more than " + MAX_TEXT + " characters.");
        }
    }

    /** Counts items of a list before the list is produced. */
    void produceItems(long items) {
        produce(items * ITEM);
    }

    /** Counts the maximum number of characters that the next operation may read. */
    void scan(long characters) {
        scanned += characters;
        if (scanned > MAX_SCANNED || characters < 0) {
            throw new TemplateException("The chat template compares and searches more text than is allowed.");
        }
        work.scan(characters);
    }

    /** Counts characters before their Unicode properties are looked up. */
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
