package io.attune.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A folder on a small file system of its own: a tmpfs in a mount namespace that a sleeping process keeps. Who is to see it has to run inside.
 */
public final class SmallDisk implements Closeable {

    private static final int MEGABYTES = 256;

    private final Process keeper;
    private final Path folder;

    private SmallDisk(Process keeper, Path folder) {
        this.keeper = keeper;
        this.folder = folder;
    }

    /** Whether this machine lets us make one. */
    public static boolean possible() throws InterruptedException {
        try {
            Process probe = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "chaos", "/mnt")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return probe.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    static SmallDisk on(Path folder) throws IOException {
        return on(folder, MEGABYTES);
    }

    public static SmallDisk on(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        Process keeper = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "/bin/sh",
                        "-c",
                        "mount -t tmpfs -o mode=0700,size=" + megabytes + "m chaos \"$0\" && echo mounted && exec cat",
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"mounted".equals(keeper.inputReader().readLine())) {
            throw new IOException("no tmpfs could be mounted on " + folder);
        }
        return new SmallDisk(keeper, folder);
    }

    /** The command as one that runs inside; its process id stays what it would be. */
    public List<String> inside(List<String> command) {
        List<String> inside = new ArrayList<>(List.of(
                "nsenter",
                "--mount=/proc/" + keeper.pid() + "/ns/mnt",
                "--wd=" + System.getProperty("user.dir"),
                "--"));
        inside.addAll(command);
        return inside;
    }

    /** The folder as it looks from outside. */
    public Path seen() {
        return Path.of("/proc/" + keeper.pid() + "/root" + folder);
    }

    /** Fills it to the last byte. */
    public void fill() {
        byte[] block = new byte[1 << 16];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(block);
            }
        } catch (IOException full) {
            return; // as wanted
        }
    }

    /** Takes away what {@link #fill} has put there. */
    public void empty() throws IOException {
        Files.deleteIfExists(ballast());
    }

    /** From now on nothing can be written there. */
    public void makeReadOnly() throws IOException, InterruptedException {
        Process remount = new ProcessBuilder(inside(List.of("mount", "-o", "remount,ro", folder.toString())))
                .inheritIO()
                .start();
        if (remount.waitFor() != 0) {
            throw new IOException(folder + " could not be mounted read-only");
        }
    }

    private Path ballast() {
        return seen().resolve(".ballast");
    }

    @Override
    public void close() throws IOException {
        keeper.getOutputStream().close();
        try {
            if (!keeper.waitFor(5, TimeUnit.SECONDS)) {
                keeper.destroyForcibly();
            }
        } catch (InterruptedException e) {
            keeper.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
