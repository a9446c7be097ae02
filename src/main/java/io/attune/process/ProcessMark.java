package io.attune.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identifies the process that works in a folder. The next service can then end a process that a dead service left.
 * The system may use a process id again. The start time shows whether it is still the same process.
 *
 * @param started milliseconds since 1970
 */
public record ProcessMark(long pid, long started) {

    private static final Logger log = LoggerFactory.getLogger(ProcessMark.class);
    private static final String FILE = "process.pid";

    /** The system counts start times from its boot, and may correct the time of the boot a little later. */
    private static final long TOLERANCE_MILLIS = 2_000;

    static ProcessMark of(ProcessHandle process) {
        return new ProcessMark(
                process.pid(),
                process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), pid + " " + started + "\n");
    }

    /** Reads the mark of a folder. Empty if no process was started there, or the mark is incomplete. */
    public static Optional<ProcessMark> read(Path folder) throws IOException {
        try {
            String[] parts = Files.readString(folder.resolve(FILE)).strip().split(" ");
            return Optional.of(new ProcessMark(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            log.warn("{} was not written to its end; no process is known there", folder.resolve(FILE));
            return Optional.empty();
        }
    }

    /** The process, if it is still running and is the same process. */
    public Optional<ProcessHandle> alive() {
        return ProcessHandle.of(pid)
                .filter(ProcessMark::runs)
                .filter(process -> Math.abs(of(process).started() - started) <= TOLERANCE_MILLIS);
    }

    /**
     * Whether a process is running. The system lists a dead process in state Z until its parent asks for its exit
     * code. In a container, the first process may never ask.
     */
    public static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String fields = Files.readString(stat);
            return !fields.substring(fields.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
        } catch (NoSuchFileException e) {
            return !Files.isDirectory(Path.of("/proc")); // ended meanwhile, or a system without /proc
        } catch (IOException e) {
            return false; // ended meanwhile
        }
    }
}
