package io.attune.command;

import io.attune.process.HeapSize;
import io.attune.process.JavaProgram;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a service of this program as a child process, on a free port and with its own data folder. Closing stops the
 * service.
 */
final class ServiceProcess implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(40);
    private static final int LOG_TAIL = 20;
    private static final HeapSize HEAP = HeapSize.ofMebibytes(1024);

    private final Process process;
    private final AttuneClient client;
    private final Path log;

    private ServiceProcess(Process process, AttuneClient client, Path log) {
        this.process = process;
        this.client = client;
        this.log = log;
    }

    /** Starts the service and waits until it answers. */
    static ServiceProcess start(Path data) throws IOException, InterruptedException {
        Files.createDirectories(data);
        Path log = data.resolve("service.log");
        int port = freePort();
        // With one compiler only, the service starts faster. It has little work.
        JavaProgram program = JavaProgram.ofThisOne("io.attune.AttuneApplication", "-XX:TieredStopAtLevel=1");
        ProcessBuilder builder = new ProcessBuilder(program.line(HEAP));
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(
                        name -> name.startsWith("SPRING_") || name.startsWith("SERVER_") || name.startsWith("ATTUNE_"));
        environment.put("ATTUNE_DATA", data.toString());
        environment.put("SERVER_PORT", Integer.toString(port));
        builder.redirectErrorStream(true).redirectOutput(new File(log.toString()));
        Process process = builder.start();
        ServiceProcess service =
                new ServiceProcess(process, new AttuneClient(URI.create("http://127.0.0.1:" + port), null), log);
        try {
            return service.ready(data);
        } catch (IOException | InterruptedException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private ServiceProcess ready(Path data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!client.isReady()) {
            if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "the service ended with exit code " + process.exitValue() + " before it was up:\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the service is not up after " + LONGEST_START.toSeconds() + " s:\n" + tail());
            }
        }
        String key = Files.readString(data.resolve("admin-key")).strip();
        return new ServiceProcess(process, new AttuneClient(client.address(), key), log);
    }

    AttuneClient client() {
        return client;
    }

    /** Waits until the service ends. */
    void await() throws InterruptedException {
        process.waitFor();
    }

    private String tail() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL), all.size()));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
