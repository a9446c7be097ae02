package io.attune.text.template;

import java.util.Arrays;

/** The way from the template's body to the loop that runs: the statement, the branch, the statement in it, ... */
final class Trail {

    private int[] path = new int[8];
    private int length;
    /** How much of the path was followed, see {@link #follow}. */
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

    /** Begins to lead along a path that was taken earlier. */
    void retrace(int[] earlier) {
        path = Arrays.copyOf(earlier, Math.max(8, earlier.length));
        length = earlier.length;
        followed = 0;
    }

    /** The next choice on the path. */
    int follow() {
        return path[followed++];
    }
}
