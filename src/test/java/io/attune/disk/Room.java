package io.attune.disk;

import java.util.List;

/** Makes disks for tests. */
public final class Room {

    private Room() {}

    /** Disks with more space than any test needs. */
    public static Disks ample() {
        return new Disks(List.of(), 0);
    }
}
