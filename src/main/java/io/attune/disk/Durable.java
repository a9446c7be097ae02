package io.attune.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Brings what was written to the disk, so that it survives a power failure. */
public final class Durable {

    private Durable() {}

    /** The bytes of a file, or the names in a folder: after a rename the folder needs it too. */
    public static void sync(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
