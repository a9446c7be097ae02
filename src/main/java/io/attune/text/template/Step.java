package io.attune.text.template;

/** A compiled statement. */
interface Step {

    /** How a statement ended. */
    enum End {
        DONE,
        BREAK,
        CONTINUE
    }

    End run(Frame frame);

    /** Goes on from where {@code trail} leads, which lies inside of this statement. */
    default End resume(Frame frame, Trail trail) {
        throw new IllegalStateException("nothing resumes here");
    }
}
