package io.attune.text.template;

import java.util.Arrays;

/** The variables of one call of a function. The template itself, a macro and a recursive loop are functions. */
final class Frame {

    /** Marks a slot without a value. */
    static final Object MISSING = new Object();

    final Run run;
    final Object[] slots;
    /** The frame of the surrounding function, whose variables are visible; null for the template itself. */
    final Frame outer;

    Frame(Run run, int size, Frame outer) {
        this.run = run;
        this.slots = new Object[size];
        this.outer = outer;
        Arrays.fill(slots, MISSING);
    }

    /** Returns the frame of the function that is {@code functions} levels further out. */
    Frame around(int functions) {
        Frame frame = this;
        for (int i = 0; i < functions; i++) {
            frame = frame.outer;
        }
        return frame;
    }
}
