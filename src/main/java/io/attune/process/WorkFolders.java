package io.attune.process;

import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work folders of processes on this machine. Only this user can read them. */
public final class WorkFolders {

    private static final Logger log = LoggerFactory.getLogger(WorkFolders.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final Disks disks;

    /** @param disks the disks, including the disk of {@code root} */
    public WorkFolders(Path root, Disks disks) {
        this.root = root;
        this.disks = disks;
    }

    /**
     * Creates an empty folder.
     *
     * @throws NoSpaceException if the disk has too little free space
     */
    public Path create(String name) throws IOException {
        disks.require(root, 0);
        Path folder = root.resolve(name);
        Trees.delete(folder);
        return Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** The disk that has too little free space, if there is one. */
    public Optional<NoSpaceException> shortage() {
        return disks.shortage();
    }

    /**
     * Kills processes that a dead service left on this machine, then deletes their folders. Only the service that
     * owns the data folder may call this method, before it starts its own processes.
     */
    public void sweepLeftovers() throws IOException {
        List<Path> folders;
        try (Stream<Path> found = Files.list(root)) {
            folders = found.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Optional<ProcessHandle> left = ProcessMark.read(folder).flatMap(ProcessMark::alive);
            if (left.isPresent()) {
                log.warn(
                        "killing the process {} that was left in {}", left.get().pid(), folder);
                end(left.get());
            }
            Trees.delete(folder);
        }
    }

    private static void end(ProcessHandle process) throws IOException {
        process.destroyForcibly();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ProcessMark.runs(process)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the process " + process.pid() + " cannot be killed");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
