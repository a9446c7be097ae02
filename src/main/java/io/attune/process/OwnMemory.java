package io.attune.process;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects this process against other processes of the same user, such as trainers. Its memory, its environment and
 * its open files contain the keys of the service. Afterwards only root can read them ({@code PR_SET_DUMPABLE} in
 * {@code prctl(2)}; Linux). This also works in containers that do not allow namespaces. {@code jcmd} and
 * {@code jstack} then need root.
 */
final class OwnMemory {

    private static final Logger log = LoggerFactory.getLogger(OwnMemory.class);

    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_SET_DUMPABLE = 4;

    /** The C library of the system. */
    interface C extends Library {
        int prctl(int option, NativeLong first, NativeLong second, NativeLong third, NativeLong fourth);
    }

    private OwnMemory() {}

    /**
     * Protects this process. Logs a warning if the system cannot do that.
     *
     * @param folder folder into which native code may be unpacked
     */
    static void close(Path folder) {
        if (System.getProperty("jna.tmpdir") == null) {
            System.setProperty("jna.tmpdir", folder.toString());
        }
        try {
            if (ask(PR_SET_DUMPABLE, 0) == 0) {
                return;
            }
            log.info("the system does not close this process's memory to others of its user");
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            log.info("this process's memory is not closed to others of its user: {}", e.getMessage());
        }
    }

    /** Whether this process is protected. */
    static boolean isClosed() {
        return ask(PR_GET_DUMPABLE, 0) == 0;
    }

    private static int ask(int option, long value) {
        NativeLong none = new NativeLong(0);
        return Native.load("c", C.class).prctl(option, new NativeLong(value), none, none, none);
    }
}
