package io.attune.worker;

import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.WantOfSpace;
import io.attune.trainer.process.TrainerCommand;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's native libraries, unpacked once into their folder, in a process of its own, before the first trainer needs them. A trainer would do so
 * too, but would first fill a disk that has no room for them.
 */
final class NativeLibraries {

    private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);

    /** On the class path where libtorch is; in the image for GPUs it comes from elsewhere. */
    private static final String LIBTORCH = "native/lib/pytorch.properties";

    /** Bytes of what else is unpacked: the tokenizers, and DJL's way to libtorch. */
    private static final long OTHERS = 32L << 20;

    private static final String PROGRAM = "io.attune.trainer.NativesMain";
    private static final String CPU = "cpu";
    private static final int LONGEST_MINUTES = 5;

    private final TrainerCommand command;
    private final Path folder;
    private final Disks disks;
    private boolean there;

    /**
     * @param command of the trainers that need them
     * @param disks of which their folder lies on one
     */
    NativeLibraries(TrainerCommand command, Disks disks) {
        this.command = command;
        this.folder = command.djl();
        this.disks = disks;
    }

    /**
     * Sees to it that they are there. What else keeps them from being unpacked the trainer will say.
     *
     * @throws NoSpaceException when there is no room for them
     */
    synchronized void require() throws IOException, InterruptedException {
        if (there) {
            return;
        }
        Path marker = folder.resolve("unpacked");
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock others = channel.lock()) { // services may share the folder
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

    /** Of all of them. */
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
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PROGRAM)
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        Map<String, String> allowed = command.environment(Map.copyOf(environment), folder, CPU);
        environment.clear();
        environment.putAll(allowed);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0) {
                return true;
            }
            if (WantOfSpace.isToldBy(output)) {
                throw new IOException("The native libraries do not fit into " + folder + ": No space left on device");
            }
            log.warn("the native libraries could not be unpacked into {}: {}", folder, output);
            return false;
        } finally {
            process.destroyForcibly();
        }
    }
}
