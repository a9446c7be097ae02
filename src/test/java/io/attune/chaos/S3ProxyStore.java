package io.attune.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A bucket in an S3Proxy, which is a process of its own and keeps its objects in a folder. */
final class S3ProxyStore implements Store {

    private static final String BUCKET = "artifacts";
    private static final String ACCESS_KEY = "access-key-of-the-chaos";
    private static final String SECRET_KEY = "secret-key-of-the-chaos";
    private static final int LONGEST_START = 60;

    private final Path folder;
    private final Random random;
    private final int port;
    private final Gate gate;
    private final Path settings;
    private Process process;
    private boolean stopped;

    private S3ProxyStore(Path folder, Random random) throws IOException {
        this.folder = folder;
        this.random = random;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.gate = new Gate(port);
        this.settings = Files.writeString(
                folder.resolve("s3proxy.properties"), """
                        s3proxy.endpoint=http://127.0.0.1:%d
                        s3proxy.authorization=aws-v4
                        s3proxy.identity=%s
                        s3proxy.credential=%s
                        s3proxy.v4-max-non-chunked-request-size=134217728
                        jclouds.provider=filesystem
                        jclouds.identity=local
                        jclouds.credential=local
                        jclouds.filesystem.basedir=%s
                        """.formatted(port, ACCESS_KEY, SECRET_KEY, objects()));
    }

    /** Starts it on a new folder. */
    static S3ProxyStore in(Path folder, Random random) throws IOException, InterruptedException {
        S3ProxyStore store = new S3ProxyStore(Files.createDirectories(folder), random);
        Files.createDirectories(store.objects().resolve(BUCKET));
        store.start();
        return store;
    }

    private void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=logback-command.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("s3proxy.log").toFile()))
                .start();
        for (int tries = 0; tries < LONGEST_START * 10; tries++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IOException("S3Proxy does not answer; its log is in " + folder);
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(
                "ATTUNE_STORE",
                "s3://" + BUCKET,
                "ATTUNE_S3_ENDPOINT",
                "http://127.0.0.1:" + gate.port(),
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY);
    }

    @Override
    public String goAway() throws IOException, InterruptedException {
        stopped = random.nextInt(3) == 0;
        Processes.signal(process.pid(), stopped ? "STOP" : "KILL");
        return stopped ? "S3Proxy was stopped and says nothing" : "S3Proxy was killed";
    }

    @Override
    public void comeBack() throws IOException, InterruptedException {
        if (stopped) {
            Processes.signal(process.pid(), "CONT");
        } else {
            process.waitFor();
            forgetUnfinished();
            start();
        }
    }

    /** What it had not finished when it was killed it would list as objects, with an id behind their names; S3 has no such thing. */
    private void forgetUnfinished() throws IOException {
        try (Stream<Path> files = Files.walk(objects())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().matches(".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void fill() {
        gate.answer("HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void empty() {
        gate.answer(null);
    }

    @Override
    public Path objects() {
        return folder.resolve("objects");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        gate.close();
        process.destroyForcibly().waitFor();
    }
}
