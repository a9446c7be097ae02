package io.attune.disk;

import java.util.List;

/** Disks as a test wants them. */
public final class Room {

    private Room() {}

    /** More than anybody asks for. */
    public static Disks ample() {
        return new Disks(List.of(), 0);
    }
}
