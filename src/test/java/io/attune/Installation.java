package io.attune;

import io.attune.storage.postgres.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * The source of all services that tests start as processes. A service starts in a few seconds from it, because it holds
 * the program as a jar, an archive of the classes that a service loads, and the data folder of a service that ran once.
 * The installation lies in {@code target/installation}. The first user after a change of the program makes it anew.
 */
public final class Installation {

    private static final Path FOLDER = Path.of("target", "installation").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("attune.jar");
    private static final Path CLASSES = FOLDER.resolve("classes.jsa");
    private static final Path DATA = FOLDER.resolve("data");
    private static final Pattern ADDRESS = Pattern.compile("Tomcat started on port (\\d+)");

    private static Installation current;

    private final String classPath;

    private Installation(String classPath) {
        this.classPath = classPath;
    }

    /** The installation of this program. */
    public static synchronized Installation current() {
        if (current == null) {
            try {
                current = open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the installation was made", e);
            }
        }
        return current;
    }

    private static Installation open() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER.getParent());
        try (FileChannel channel = FileChannel.open(
                        FOLDER.resolveSibling("installation.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock others = channel.lock()) { // another JVM of tests may make it at the same time
            Path classes = classes();
            var installation = new Installation(classPath());
            String version = installation.classPath + " " + newestChange(classes) + " " + others.isShared();
            Path made = FOLDER.resolve("made-of");
            if (!Files.exists(made) || !Files.readString(made).equals(version)) {
                FileSystemUtils.deleteRecursively(FOLDER);
                Files.createDirectories(DATA);
                pack(classes);
                installation.runOnce();
                Files.writeString(made, version);
            }
            return installation;
        }
    }

    /** A Java of these JVM options, and of those that let a service start soon. The name of a main class comes next. */
    public List<String> java(String... options) {
        List<String> line = new ArrayList<>(javaWithoutArchive());
        line.add("-XX:SharedArchiveFile=" + CLASSES);
        line.addAll(List.of(options));
        line.addAll(List.of("-cp", classPath));
        return line;
    }

    private static List<String> javaWithoutArchive() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"); // services of tests do not live long
    }

    /** Gives a data folder the bundled model and the native libraries, unless it has them. */
    public void prepare(Path data) throws IOException {
        if (!Files.exists(data.resolve("models"))) {
            copy(DATA.resolve("models"), data.resolve("models"));
            // one copy of the native libraries is enough for all
            Files.createSymbolicLink(data.resolve("djl"), Files.createDirectories(nativeLibraries()));
        }
    }

    /** Gives an embedded PostgreSQL its programs and a database with empty tables, unless its folder is there. */
    public void prepareDatabase(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            copy(DATA.resolve("postgres"), folder);
        }
    }

    private static Path nativeLibraries() {
        String cache = System.getenv("DJL_CACHE_DIR");
        return (cache == null ? Path.of("target", "djl") : Path.of(cache)).toAbsolutePath();
    }

    /** The first start makes the tables and unpacks the bundled model. Its end writes the archive of classes. */
    private void runOnce() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(javaWithoutArchive());
        line.addAll(List.of(
                "-Xmx512m",
                "-XX:ArchiveClassesAtExit=" + CLASSES,
                "-cp",
                classPath,
                AttuneApplication.class.getName(),
                "--server.port=0"));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "ATTUNE_DATA",
                        DATA.toString(),
                        "ATTUNE_ADMIN_KEY",
                        PostgresForTests.ADMIN_KEY,
                        "ATTUNE_DEVICES",
                        "cpu"));
        Process process = builder.start();
        StringBuilder log = new StringBuilder();
        int port = 0;
        try (BufferedReader output = process.inputReader()) {
            for (String text = output.readLine(); text != null; text = output.readLine()) {
                log.append(text).append('\n');
                Matcher started = ADDRESS.matcher(text);
                if (started.find()) {
                    port = Integer.parseInt(started.group(1));
                    use(new ApiClient(port));
                    process.toHandle().destroy(); // which leaves its output open
                }
            }
        } finally {
            process.destroy();
        }
        if (process.waitFor() != 143 || port == 0) {
            throw new IllegalStateException("the first service did not run:\n" + log);
        }
        forgetStore();
    }

    /** Loads the classes of usual calls. */
    private static void use(ApiClient api) {
        for (String path : List.of("/v1/models", "/v1/files", "/v1/fine_tuning/jobs", "/actuator/health/readiness")) {
            if (api.get(path).status() != 200) {
                throw new IllegalStateException(path + ": " + api.get(path).body());
            }
        }
    }

    /** Each copy of the database is to have an artifact store of its own. */
    private static void forgetStore() throws IOException, InterruptedException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(DATA.resolve("postgres"))) {
            JdbcClient.create(new DriverManagerDataSource(postgres.jdbcUrl(), postgres.username(), postgres.password()))
                    .sql("truncate store_marker, worker cascade")
                    .update();
        }
    }

    private static Path classes() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(part -> Files.exists(part.resolve("io/attune/AttuneApplication.class")))
                .findFirst()
                .orElseThrow()
                .toAbsolutePath();
    }

    /** This program's own class path without the tests. Shared class data takes jars and no folders. */
    private static String classPath() {
        List<String> parts = new ArrayList<>(List.of(JAR.toString()));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part).toAbsolutePath();
            if (!Files.isDirectory(path)) {
                parts.add(path.toString());
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static long newestChange(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().lastModified()).max().orElseThrow();
        }
    }

    private static void pack(Path classes) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(JAR));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(file -> !file.equals(classes)).toList()) {
                boolean isFolder = Files.isDirectory(file);
                out.putNextEntry(new JarEntry(classes.relativize(file) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(file, out);
                }
                out.closeEntry();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Process copy = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        try {
            if (copy.waitFor() != 0) {
                throw new IOException("cannot copy " + from + " to " + to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
