package io.attune.chaos;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A service process with a data folder of its own, which is started again, after a short random while, whenever it is gone. */
final class Service {

    static final String ADMIN_KEY = "sk-attune-admin-key-of-the-chaos";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

    private final String name;
    private final Path data;
    private final Path log;
    private final int port = freePort();
    private final SmallDisk disk;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    /** Held by the fault that has this service in hand. */
    private final ReentrantLock hand = new ReentrantLock();
    /** Ends that nobody here has brought about. */
    private final AtomicInteger endsOfItsOwn = new AtomicInteger();

    private Thread keeper;
    private volatile Process process;
    private volatile boolean wanted;
    private volatile boolean expected;

    /** @param disk the small disk that its work folders lie on, or null */
    Service(
            String name,
            Path data,
            SmallDisk disk,
            List<String> command,
            Map<String, String> environment,
            Random random) {
        this.name = name;
        this.data = data;
        this.log = data.resolveSibling(name + ".log");
        this.disk = disk;
        this.command = command;
        this.environment = environment;
        this.random = random;
    }

    String name() {
        return name;
    }

    Path data() {
        return data;
    }

    SmallDisk disk() {
        return disk;
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    ReentrantLock hand() {
        return hand;
    }

    int endsOfItsOwn() {
        return endsOfItsOwn.get();
    }

    /** Starts it, and again whenever it ends, until {@link #stop}. */
    void start() {
        wanted = true;
        keeper = new Thread(this::keep, "keeper-" + name);
        keeper.setDaemon(true);
        keeper.start();
    }

    private void keep() {
        while (wanted) {
            try {
                expected = false;
                process = launch();
                process.waitFor();
                if (wanted && !expected) {
                    endsOfItsOwn.incrementAndGet();
                }
                if (wanted) {
                    TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(3000));
                }
            } catch (IOException e) {
                throw new IllegalStateException("the service " + name + " cannot be started", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** A process of this service. @param options for the JVM */
    Process launch(String... options) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(command.get(0));
        line.addAll(List.of(options));
        line.addAll(command.subList(1, command.size()));
        ProcessBuilder builder = new ProcessBuilder(disk == null ? line : disk.inside(line))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.matches("(SPRING|SERVER|ATTUNE|AWS)_.*"));
        builder.environment().putAll(environment);
        builder.environment().put("ATTUNE_DATA", data.toString());
        builder.environment().put("ATTUNE_ADMIN_KEY", ADMIN_KEY);
        builder.environment().put("SERVER_PORT", Integer.toString(port));
        return builder.start();
    }

    boolean isReady() {
        HttpRequest probe = HttpRequest.newBuilder(URI.create(address() + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(3))
                .build();
        try {
            return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @return whether it got ready in this time */
    boolean awaitReady(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return true;
    }

    List<Processes.Trainer> trainers() {
        return Processes.trainers(data);
    }

    void signal(String signal) throws IOException, InterruptedException {
        if (signal.equals("KILL") || signal.equals("TERM")) {
            expected = true;
        }
        Processes.signal(process.pid(), signal);
    }

    /** SIGTERM, after which it is started again. @return the milliseconds it took to end; it is killed if it does not */
    long drain() throws IOException, InterruptedException {
        Process stopping = process;
        long start = System.nanoTime();
        signal("TERM");
        if (!stopping.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            stopping.destroyForcibly().waitFor();
            throw new IllegalStateException(
                    name + " had not stopped " + LONGEST_STOP.toSeconds() + " s after SIGTERM, and was killed");
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** For good. @return whether it ended by itself when it was asked to */
    boolean stop() throws InterruptedException {
        wanted = false;
        if (process == null) {
            return true;
        }
        process.destroy();
        boolean ended = process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        keeper.interrupt();
        keeper.join();
        return ended;
    }

    /** Leaves no process behind when the harness itself is going. */
    void destroy() {
        wanted = false;
        if (process != null) {
            trainers().forEach(trainer -> trainer.process().destroyForcibly());
            process.destroyForcibly();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
