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

    /** Resumes at the place in this statement to which {@code trail} leads. */
    default End resume(Frame frame, Trail trail) {
        throw new IllegalStateException("nothing resumes here");
    }
}
