package io.attune.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hides from a process everything that it does not need: the memory, the environment and the open files of all
 * other processes, the network, and some files of its user. The process still runs as the user of the service.
 * Linux does this with namespaces. Many systems allow them to ordinary users, but most containers do not.
 *
 * <p>A process in another user namespace cannot look into processes outside ({@code ptrace(2)}, access mode
 * checks). In its mount namespace, an empty file or folder covers each hidden path, and the process has no
 * capability to remove the cover. The process can still read other files of its user and send signals to other
 * processes of its user.
 *
 * @param hidden files and folders, absolute
 * @param possible whether this system allows it
 */
public record Seclusion(List<Path> hidden, boolean possible) {

    /** No seclusion. */
    public static final Seclusion NONE = new Seclusion(List.of(), false);

    private static final List<String> UNSHARE =
            List.of("unshare", "--user", "--map-root-user", "--mount", "--net", "--ipc", "--", "/bin/sh", "-c");
    private static final List<String> TRIAL =
            List.of("/bin/sh", "-c", "test -w \"$0\" || exit 1; for file; do test -r \"$file\" || exit 1; done");
    private static final int TRIAL_SECONDS = 10;

    /**
     * Tries whether this system allows seclusion.
     *
     * @param hidden files and folders that no process may see; some may not exist
     * @param folder a folder that processes write to. It must stay writable, because root has no special rights in
     *     a namespace
     * @param read files that processes read; they must stay readable
     */
    public static Seclusion of(List<Path> hidden, Path folder, List<Path> read) {
        Seclusion wanted = new Seclusion(List.copyOf(hidden), true);
        List<String> trial = new ArrayList<>(TRIAL);
        trial.add(folder.toString());
        read.forEach(file -> trial.add(file.toString()));
        return wanted.works(trial) ? wanted : NONE;
    }

    private boolean works(List<String> trial) {
        try {
            Process process = new ProcessBuilder(around(trial))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // the system has no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The command with seclusion, or the unchanged command if seclusion is not possible. The process keeps its id
     * and its open files.
     */
    List<String> around(List<String> command) {
        if (!possible) {
            return command;
        }
        List<String> line = new ArrayList<>(UNSHARE);
        line.add(script());
        line.addAll(command);
        return line;
    }

    private String script() {
        StringBuilder script = new StringBuilder();
        for (Path path : hidden) {
            String quoted = "'" + path.toString().replace("'", "'\\''") + "'";
            script.append("if [ -d ").append(quoted).append(" ]; then mount -t tmpfs -o size=4k,mode=0 none ");
            script.append(quoted).append("; elif [ -e ").append(quoted).append(" ]; then mount --bind /dev/null ");
            script.append(quoted).append("; fi || exit 1; ");
        }
        return script + "exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all \"$0\" \"$@\"";
    }
}
