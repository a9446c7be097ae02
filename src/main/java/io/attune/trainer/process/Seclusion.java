package io.attune.trainer.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a trainer away from what it has no need of, though it runs as the same user as the service: from the memory,
 * the environment and the open files of all other processes, from the network, and from some files of that user.
 * Linux does so by namespaces, which ordinary users may have on many systems; most containers do not allow them.
 *
 * <p>A process of another user namespace may not look into those outside ({@code ptrace(2)}, access mode checks). In
 * its mount namespace lies something empty over the hidden files; it has no capability left to take that away. The
 * trainer can still read the other files of its user, and send signals to that one's processes.
 *
 * @param hidden files and folders, absolute
 * @param possible whether this system allows it
 */
public record Seclusion(List<Path> hidden, boolean possible) {

    /** None. */
    public static final Seclusion NONE = new Seclusion(List.of(), false);

    private static final List<String> UNSHARE =
            List.of("unshare", "--user", "--map-root-user", "--mount", "--net", "--ipc", "--", "/bin/sh", "-c");
    private static final List<String> TRIAL =
            List.of("/bin/sh", "-c", "test -w \"$0\" || exit 1; for file; do test -r \"$file\" || exit 1; done");
    private static final int TRIAL_SECONDS = 10;

    /**
     * Tries whether this system allows it.
     *
     * @param hidden what no trainer is to see; what of it is not there needs no hiding
     * @param folder a folder that trainers write to, which has to be open to them still: root's rights end with its
     *     namespace
     * @param read files that trainers read, of which the same holds
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
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The command, secluded; as it is where that is not possible. Its process keeps its id and its open files. */
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
