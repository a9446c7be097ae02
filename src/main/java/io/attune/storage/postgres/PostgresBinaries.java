package io.attune.storage.postgres;

import io.attune.disk.Trees;
import io.attune.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The programs {@code initdb} and {@code postgres}, unpacked from the class path into the data folder. */
final class PostgresBinaries {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private final Path folder;
    private final int major;

    private PostgresBinaries(Path folder, int major) {
        this.folder = folder;
        this.major = major;
    }

    /**
     * Unpacks the programs, unless they are there, into a folder that is named after the length of the archive.
     *
     * @param parent the parent of that folder
     */
    static PostgresBinaries unpackInto(Path parent) throws IOException {
        String resource = "/postgres-" + platform() + ".txz";
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(resource)) {
            if (archive == null) {
                throw new StorageException(
                        "Attune brings no PostgreSQL for this platform (" + platform() + ").",
                        "Run a PostgreSQL of your own and name it in SPRING_DATASOURCE_URL.");
            }
            byte[] packed = archive.readAllBytes();
            Path folder = parent.resolve("binaries-" + packed.length);
            if (!Files.isDirectory(folder)) {
                Path unfinished = parent.resolve("binaries.unfinished");
                Trees.delete(unfinished);
                unpack(packed, unfinished);
                Files.move(unfinished, folder);
            }
            return new PostgresBinaries(folder, majorVersion(folder));
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> system + "-x86_64";
            case "aarch64" -> system + "-arm_64";
            default -> system + "-" + System.getProperty("os.arch");
        };
    }

    private static void unpack(byte[] packed, Path folder) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("an archive of programs must not leave its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    try (OutputStream out = Files.newOutputStream(target)) {
                        tar.transferTo(out);
                    }
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static int majorVersion(Path folder) {
        String version;
        try {
            Process process = clean(
                            new ProcessBuilder(folder.resolve("bin/postgres").toString(), "--version"))
                    .redirectErrorStream(true)
                    .start();
            version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            version = e.getMessage(); // such as a missing loader, if the system has another C library
        }
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.find()) {
            throw new StorageException(
                    "The PostgreSQL that Attune brings does not run on this machine: " + version.strip(),
                    "Run a PostgreSQL of your own and name it in SPRING_DATASOURCE_URL.");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** The major version. A cluster of another major version cannot be used. */
    int major() {
        return major;
    }

    Path postgres() {
        return folder.resolve("bin/postgres");
    }

    /**
     * Prepares a process of one of the programs. It runs in its own session, so Ctrl-C reaches only the service.
     * Its environment contains no secrets of the service. PostgreSQL refuses to run as root. As root, it therefore
     * runs in a user namespace with another user id, where the kernel still permits access to root's files.
     */
    ProcessBuilder command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isOnPath("setsid")) {
            command.add("setsid");
        }
        if (isRoot()) {
            if (!mayUnshare()) {
                throw new StorageException(
                        "PostgreSQL does not run as root, and this system does not allow user namespaces (unshare -U).",
                        "Run Attune as another user, or name a PostgreSQL of your own in SPRING_DATASOURCE_URL.");
            }
            command.addAll(List.of("unshare", "-U", "--"));
        }
        command.add(folder.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return clean(new ProcessBuilder(command));
    }

    private static ProcessBuilder clean(ProcessBuilder builder) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path, "LC_ALL", "C"));
        return builder;
    }

    private static boolean isRoot() {
        try {
            Path self = Path.of("/proc/self");
            return Files.exists(self)
                    ? Files.getAttribute(self, "unix:uid").equals(0)
                    : System.getProperty("user.name").equals("root");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOnPath(String program) {
        return List.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean mayUnshare() {
        try {
            Process process = new ProcessBuilder("unshare", "-U", "--", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
