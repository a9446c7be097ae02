package io.attune.text.template;

import java.util.Arrays;

/** The path from the template's body to the running loop: the statement, the branch, the statement in it, ... */
final class Trail {

    private int[] path = new int[8];
    private int length;
    /** Number of steps of the path that {@link #follow} has returned. */
    private int followed;

    void descend(int choice) {
        if (length == path.length) {
            path = Arrays.copyOf(path, 2 * length);
        }
        path[length++] = choice;
    }

    void ascend() {
        length--;
    }

    int[] path() {
        return Arrays.copyOf(path, length);
    }

    /** Starts to return the choices of an earlier path. */
    void retrace(int[] earlier) {
        path = Arrays.copyOf(earlier, Math.max(8, earlier.length));
        length = earlier.length;
        followed = 0;
    }

    /** Returns the next choice on the path. */
    int follow() {
        return path[followed++];
    }
}
