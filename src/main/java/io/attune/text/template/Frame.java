package io.attune.text.template;

import java.util.Arrays;

/** The variables of one call of a function: of the template itself, of a macro, of a recursive loop. */
final class Frame {

    /** In a slot: no value. */
    static final Object MISSING = new Object();

    final Run run;
    final Object[] slots;
    /** The frame that the function was defined in, whose variables it sees; null for the template itself. */
    final Frame outer;

    Frame(Run run, int size, Frame outer) {
        this.run = run;
        this.slots = new Object[size];
        this.outer = outer;
        Arrays.fill(slots, MISSING);
    }

    /** The frame that lies so many functions around this one. */
    Frame around(int functions) {
        Frame frame = this;
        for (int i = 0; i < functions; i++) {
            frame = frame.outer;
        }
        return frame;
    }
}
