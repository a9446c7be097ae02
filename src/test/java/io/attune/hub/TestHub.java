package io.attune.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Hub with one model, and the host of its large files, on two ports of the loopback address. Its answers have the
 * form of the real Hub's: the JSON of the API; pages by Link; a relative redirect for small files; for LFS files an
 * absolute redirect to a signed address on the other host; the headers X-Repo-Commit, X-Linked-Size, X-Linked-Etag
 * and X-Error-Code. A test can make either host fail.
 */
public final class TestHub implements AutoCloseable {

    public static final String COMMIT = "7ae557604adf67be50417f59c2c2f167def9a775";

    /** The JDK's server copies each write, so the server writes in pieces of this many bytes. */
    private static final int PIECE = 1 << 16;

    private static final String SIGNATURE = "Signature=sesame";

    /**
     * A request that has arrived.
     *
     * @param headers by their names in lower case
     */
    record Received(String host, String path, Map<String, String> headers) {

        String header(String name) {
            return headers.get(name);
        }
    }

    /** Answers a request instead of the usual answer. */
    interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private record PathFault(String pathPattern, Behaviour behaviour) {}

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final HttpServer hub;
    private final HttpServer files;
    private final String id;
    private final Map<String, byte[]> content = new TreeMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Deque<Behaviour> hubFaults = new ConcurrentLinkedDeque<>();
    private final List<PathFault> pathFaults = new CopyOnWriteArrayList<>();
    private final Deque<Behaviour> fileFaults = new ConcurrentLinkedDeque<>();

    private int pageSize = 1000;
    private Long linkedSize;
    private boolean gated;
    private String knownToken;
    private boolean ignoresRange;
    private String renamedFrom;

    public TestHub(String id) throws IOException {
        this.id = id;
        hub = start(hubFaults, this::answerAsHub, "hub");
        files = start(fileFaults, this::answerAsFileHost, "files");
    }

    private HttpServer start(Deque<Behaviour> faults, Behaviour usual, String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach(
                            (header, values) -> headers.put(header.toLowerCase(Locale.ROOT), String.join(",", values)));
            received.add(new Received(name, exchange.getRequestURI().getPath(), headers));
            Behaviour fault = faults.poll();
            try (exchange) {
                (fault == null ? usual : fault).answer(exchange);
            }
        });
        server.start();
        return server;
    }

    /** The address of the Hub. */
    public String endpoint() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    String fileHost() {
        return "http://127.0.0.1:" + files.getAddress().getPort();
    }

    /** Puts a file into the repository: a file of LFS if its name is that of weights, otherwise a small file. */
    public TestHub with(String path, byte[] bytes) {
        content.put(path, bytes);
        return this;
    }

    TestHub with(String path, String text) {
        return with(path, text.getBytes(StandardCharsets.UTF_8));
    }

    TestHub without(String path) {
        content.remove(path);
        return this;
    }

    /** Puts all files of a folder into the repository. */
    public TestHub withFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                with(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return this;
    }

    TestHub pagesOf(int entries) {
        pageSize = entries;
        return this;
    }

    /** Lists a wrong size for files of LFS. */
    TestHub listsSize(long bytes) {
        linkedSize = bytes;
        return this;
    }

    /** Only users with an accepted licence get files. */
    TestHub gated() {
        gated = true;
        return this;
    }

    /** Sets the only valid token. */
    TestHub knowsToken(String token) {
        knownToken = token;
        return this;
    }

    TestHub ignoresRange() {
        ignoresRange = true;
        return this;
    }

    TestHub renamedFrom(String before) {
        renamedFrom = before;
        return this;
    }

    /** Sets the answer of the API's host to its next request. Calls queue up. */
    TestHub hubNext(Behaviour behaviour) {
        hubFaults.add(behaviour);
        return this;
    }

    /** Sets the answer of the API's host to the next request with such a path. */
    TestHub hubNext(String pathPattern, Behaviour behaviour) {
        pathFaults.add(new PathFault(pathPattern, behaviour));
        return this;
    }

    /** Sets the answer of the large files' host to its next request. Calls queue up. */
    TestHub filesNext(Behaviour behaviour) {
        fileFaults.add(behaviour);
        return this;
    }

    /** All requests so far. */
    List<Received> received() {
        return received;
    }

    /** The requests for a file's bytes, on both hosts. */
    List<Received> receivedFor(String file) {
        return received.stream()
                .filter(request ->
                        request.path().endsWith("/" + file) && !request.path().startsWith("/api/models"))
                .toList();
    }

    /**
     * An answer without a body.
     *
     * @param headers names and values in turn
     */
    static Behaviour status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Promises the rest of a large file, and breaks the connection after some bytes. */
    Behaviour breaksAfter(int bytes) {
        return exchange -> {
            byte[] all = content.get(fileOf(exchange));
            int from = firstByte(exchange);
            exchange.getResponseHeaders().add("ETag", fileTag(all));
            head(exchange, all, from);
            OutputStream body = exchange.getResponseBody();
            body.write(all, from, bytes);
            body.flush();
        };
    }

    /** Sends some bytes, and then nothing until the test ends. */
    Behaviour fallsSilentAfter(int bytes) {
        Behaviour start = breaksAfter(bytes);
        return exchange -> {
            start.answer(exchange);
            awaitEnd();
        };
    }

    /** Never sends the head of an answer. */
    Behaviour neverAnswers() {
        return exchange -> awaitEnd();
    }

    /** Sends the right number of bytes, with one wrong byte. */
    Behaviour altersOneByte() {
        return exchange -> {
            byte[] altered = content.get(fileOf(exchange)).clone();
            altered[altered.length / 2] ^= 1;
            send(exchange, altered, 0);
        };
    }

    /** Sends the file with this ETag. Ignores the range of a request that has another ETag. */
    Behaviour sendsUnder(String etag) {
        return exchange -> {
            byte[] all = content.get(fileOf(exchange));
            exchange.getResponseHeaders().add("ETag", etag);
            boolean same = etag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
            send(exchange, all, same ? firstByte(exchange) : 0);
        };
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerAsHub(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        boolean known = knownToken != null && ("Bearer " + knownToken).equals(token);
        Optional<PathFault> fault =
                pathFaults.stream().filter(f -> path.matches(f.pathPattern)).findFirst();
        if (fault.isPresent()) {
            pathFaults.remove(fault.get());
            fault.get().behaviour.answer(exchange);
        } else if (renamedFrom != null && path.contains("/" + renamedFrom + "/")) {
            exchange.getResponseHeaders()
                    .add("Location", exchange.getRequestURI().toString().replace(renamedFrom, id));
            exchange.sendResponseHeaders(307, -1);
        } else if (token != null && !known) {
            error(exchange, 401, null, "Invalid credentials in Authorization header");
        } else if (path.startsWith("/api/models/" + id + "/revision/")) {
            revision(exchange, path.substring(("/api/models/" + id + "/revision/").length()));
        } else if (path.startsWith("/api/models/" + id + "/tree/" + COMMIT)) {
            tree(exchange);
        } else if (path.startsWith("/" + id + "/resolve/" + COMMIT + "/")) {
            resolve(exchange, known, path.substring(("/" + id + "/resolve/" + COMMIT + "/").length()));
        } else if (path.startsWith("/api/resolve-cache/models/" + id + "/" + COMMIT + "/")) {
            byte[] bytes =
                    content.get(path.substring(("/api/resolve-cache/models/" + id + "/" + COMMIT + "/").length()));
            exchange.getResponseHeaders().add("ETag", "\"" + gitOid(bytes) + "\"");
            exchange.getResponseHeaders().add("X-Repo-Commit", COMMIT);
            send(exchange, bytes, firstByte(exchange));
        } else {
            error(exchange, token == null ? 401 : 404, "RepoNotFound", "Repository not found");
        }
    }

    private void revision(HttpExchange exchange, String revision) throws IOException {
        if (!List.of("main", "v1.0", "refs/pr/3", COMMIT)
                .contains(URLDecoder.decode(revision, StandardCharsets.UTF_8))) {
            error(exchange, 404, "RevisionNotFound", "Invalid rev id: " + revision);
            return;
        }
        ObjectNode json = JsonMapper.shared()
                .createObjectNode()
                .put("_id", "66e98ee1f4d8a9b9c8c7f0f0")
                .put("id", id)
                .put("modelId", id)
                .put("sha", COMMIT)
                .put("private", false)
                .put("disabled", false);
        if (gated) {
            json.put("gated", "manual");
        } else {
            json.put("gated", false);
        }
        ArrayNode siblings = json.putArray("siblings");
        content.keySet().forEach(path -> siblings.addObject().put("rfilename", path));
        json(exchange, json.toString());
    }

    private void tree(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int from = query.contains("cursor=") ? Integer.parseInt(query.replaceFirst(".*cursor=(\\d+).*", "$1")) : 0;
        List<String> paths = new ArrayList<>(content.keySet());
        ArrayNode entries = JsonMapper.shared().createArrayNode();
        if (from == 0) {
            content.keySet().stream()
                    .filter(path -> path.contains("/"))
                    .map(path -> path.substring(0, path.lastIndexOf('/')))
                    .distinct()
                    .forEach(folder -> entries.addObject()
                            .put("type", "directory")
                            .put("oid", gitOid(folder.getBytes(StandardCharsets.UTF_8)))
                            .put("size", 0)
                            .put("path", folder));
        }
        for (String path : paths.subList(from, Math.min(paths.size(), from + pageSize))) {
            byte[] bytes = content.get(path);
            ObjectNode entry = entries.addObject().put("type", "file");
            if (isLarge(path)) {
                long size = linkedSize == null ? bytes.length : linkedSize;
                byte[] pointer = ("oid sha256:" + sha256(bytes)).getBytes(StandardCharsets.UTF_8);
                entry.put("oid", gitOid(pointer)).put("size", size);
                entry.putObject("lfs")
                        .put("oid", sha256(bytes))
                        .put("size", size)
                        .put("pointerSize", 134);
                entry.put("xetHash", sha256(pointer));
            } else {
                entry.put("oid", gitOid(bytes)).put("size", bytes.length);
            }
            entry.put("path", path);
        }
        if (from + pageSize < paths.size()) {
            exchange.getResponseHeaders()
                    .add(
                            "Link",
                            "<" + endpoint() + exchange.getRequestURI().getPath() + "?recursive=true&cursor="
                                    + (from + pageSize) + ">; rel=\"next\"");
        }
        json(exchange, entries.toString());
    }

    private void resolve(HttpExchange exchange, boolean known, String path) throws IOException {
        if (gated && !known) {
            error(exchange, 401, "GatedRepo", "Access to model " + id + " is restricted. You must be authenticated");
            return;
        }
        byte[] bytes = content.get(path);
        if (bytes == null) {
            error(exchange, 404, "EntryNotFound", "Entry not found");
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.add("X-Repo-Commit", COMMIT);
        headers.add("Accept-Ranges", "bytes");
        if (isLarge(path)) {
            headers.add("X-Linked-Size", String.valueOf(bytes.length));
            headers.add("X-Linked-ETag", "\"" + sha256(bytes) + "\"");
            headers.add(
                    "Location", fileHost() + "/repos/" + path + "?response-content-disposition=inline&" + SIGNATURE);
            exchange.sendResponseHeaders(302, -1);
        } else {
            headers.add("X-Linked-Size", String.valueOf(bytes.length));
            headers.add("ETag", "\"" + gitOid(bytes) + "\"");
            headers.add(
                    "Location",
                    "/api/resolve-cache/models/" + id + "/" + COMMIT + "/" + path + "?etag=%22" + gitOid(bytes)
                            + "%22");
            exchange.sendResponseHeaders(307, -1);
        }
    }

    private void answerAsFileHost(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getQuery().contains(SIGNATURE)
                || exchange.getRequestHeaders().containsKey("Authorization")) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        byte[] bytes = content.get(fileOf(exchange));
        String etag = fileTag(bytes);
        exchange.getResponseHeaders().add("ETag", etag);
        String range = exchange.getRequestHeaders().getFirst("If-Range");
        send(exchange, bytes, range == null || range.equals(etag) ? firstByte(exchange) : 0);
    }

    /** The ETag on the host of large files. The Hub has another ETag for the same file. */
    private static String fileTag(byte[] bytes) {
        return "\"" + sha256(bytes).substring(0, 32) + "\"";
    }

    private String fileOf(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().substring("/repos/".length());
    }

    private int firstByte(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null || ignoresRange ? 0 : Integer.parseInt(range.replaceFirst("bytes=(\\d+)-.*", "$1"));
    }

    private void send(HttpExchange exchange, byte[] all, int from) throws IOException {
        head(exchange, all, from);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            for (int at = from; at < all.length; at += PIECE) {
                exchange.getResponseBody().write(all, at, Math.min(PIECE, all.length - at));
            }
        }
    }

    private static void head(HttpExchange exchange, byte[] all, int from) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(all.length - from));
        }
        boolean nothing = from == all.length || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, nothing ? -1 : all.length - from);
    }

    private static void json(HttpExchange exchange, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        if (code != null) {
            exchange.getResponseHeaders().add("X-Error-Code", code);
        }
        exchange.getResponseHeaders().add("X-Error-Message", message);
        byte[] body = ("{\"error\": \"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static boolean isLarge(String path) {
        return path.matches(".*\\.(safetensors|gguf|bin)");
    }

    private static String gitOid(byte[] bytes) {
        byte[] head = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] blob = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, blob, head.length, bytes.length);
        return hex("SHA-1", blob);
    }

    private static String sha256(byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        end.countDown();
        hub.stop(0);
        files.stop(0);
        threads.shutdownNow();
    }
}
