package io.attune.process;

import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.WantOfSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacks DJL's native libraries once, in a process of its own, before the first trainer needs them. A trainer
 * could unpack them too, but might fill the disk with them.
 */
public final class NativeLibraries {

    private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);

    /** This file is on the class path if libtorch is. In the image for GPUs, libtorch comes from elsewhere. */
    private static final String LIBTORCH = "native/lib/pytorch.properties";

    /** Bytes of the other libraries: the tokenizers, and DJL's connection to libtorch. */
    private static final long OTHERS = 32L << 20;

    private static final String PROGRAM = "io.attune.trainer.NativesMain";
    private static final HeapSize HEAP = HeapSize.ofMebibytes(128);
    private static final int LONGEST_MINUTES = 5;

    private final NativeCommand command;
    private final Path folder;
    private final Disks disks;
    private boolean there;

    /**
     * @param user a command that needs the libraries
     * @param disks the disks, including the disk of the libraries' folder
     */
    public NativeLibraries(NativeCommand user, Disks disks) {
        this.command = new NativeCommand(user.program().withMain(PROGRAM), HEAP, user.libraries(), user.seclusion());
        this.folder = user.libraries();
        this.disks = disks;
    }

    /**
     * Unpacks the libraries if they are missing. If that fails for another reason than a full disk, the trainer
     * will report the reason.
     *
     * @throws NoSpaceException if the disk has no room for the libraries
     */
    public synchronized void require() throws IOException, InterruptedException {
        if (there) {
            return;
        }
        Path marker = folder.resolve("unpacked");
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock others = channel.lock()) { // several services may share the folder
            log.debug("looking for native libraries in {}, under {}", folder, others);
            long bytes = bytes();
            String contents = bytes + "\n";
            if (!Files.exists(marker) || !Files.readString(marker).equals(contents)) {
                disks.require(folder, bytes);
                if (!unpack()) {
                    return;
                }
                Files.writeString(marker, contents);
            }
        }
        there = true;
    }

    /** The size of all libraries. */
    private static long bytes() throws IOException {
        URL libtorch = NativeLibraries.class.getClassLoader().getResource(LIBTORCH);
        if (libtorch == null || !(libtorch.openConnection() instanceof JarURLConnection connection)) {
            return OTHERS;
        }
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            return OTHERS
                    + jar.stream()
                            .filter(entry -> entry.getName().startsWith("pytorch/"))
                            .mapToLong(ZipEntry::getSize)
                            .sum();
        }
    }

    private boolean unpack() throws IOException, InterruptedException {
        log.info("unpacking the native libraries into {}", folder);
        ProcessBuilder builder = command.builder(folder, DeviceName.CPU, MemoryLimit.NONE);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        BlockingQueue<ProcessEnd> ends = new ArrayBlockingQueue<>(1);
        try (NativeProcess process = NativeProcess.start(builder, ends::add, output -> output.transferTo(printed))) {
            ProcessEnd end = ends.poll(LONGEST_MINUTES, TimeUnit.MINUTES);
            if (end != null && end.exitCode() == 0) {
                return true;
            }
            String output = printed.toString(StandardCharsets.UTF_8);
            if (WantOfSpace.isToldBy(output)) {
                throw new IOException("The native libraries do not fit into " + folder + ": No space left on device");
            }
            log.warn("process {} could not unpack the native libraries into {}: {}", process.pid(), folder, output);
            return false;
        }
    }
}
