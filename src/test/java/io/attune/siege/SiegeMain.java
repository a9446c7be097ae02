package io.attune.siege;

import io.attune.LiveService;
import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.FileSystemUtils;

/** See {@code tools/siege}. */
final class SiegeMain {

    private static final long SLOWEST = 2000; // ms, p99 of the other client
    private static final Duration REST = Duration.ofSeconds(10); // after an attack, before the heap is looked at
    private static final long MOST_LEFT = 48L << 10; // KiB of heap, more than before
    private static final Pattern HEAP = Pattern.compile("\\bused (\\d+)K");
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");
    private static final String JOBS = "/v1/fine_tuning/jobs/";

    private final LiveService service;
    private final Target target;
    private final String job;
    private final long heapBefore;
    private boolean held = true;

    private SiegeMain(LiveService service) throws IOException, InterruptedException {
        this.service = service;
        this.target = new Target(service.port());
        Path rows = Files.createTempDirectory("siege-rows");
        DemoData.write(rows);
        String file = id(
                target.upload(Files.readAllBytes(rows.resolve("train.jsonl"))).body());
        FileSystemUtils.deleteRecursively(rows);
        this.job = id(target.post("/v1/fine_tuning/jobs", job(file, 50)).body());
        while (!target.get(JOBS + job).body().contains("\"running\"")) {
            TimeUnit.SECONDS.sleep(1);
        }
        this.heapBefore = heap();
    }

    public static void main(String[] arguments) throws Exception {
        int minutes = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
        Duration each = Duration.ofSeconds(60L * minutes / Attack.values().length);
        boolean held;
        Path data = Files.createTempDirectory("siege");
        try (LiveService service = new LiveService(data).start()) {
            SiegeMain siege = new SiegeMain(service);
            System.out.printf(
                    "%-46s %8s  %-28s %7s %7s %8s %12s  %s%n",
                    "attack", "requests", "answers", "p50 ms", "p99 ms", "refused", "heap KiB", "job");
            System.out.printf(
                    "%-46s %8s  %-28s %7s %7s %8s %12d  %s%n",
                    "(none yet)", "", "", "", "", "", siege.heapBefore, "running");
            for (Attack attack : Attack.values()) {
                siege.suffer(attack, each);
            }
            held = siege.held;
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
        System.out.println(held ? "The service held." : "The service did not hold.");
        System.exit(held ? 0 : 1);
    }

    private void suffer(Attack attack, Duration time) throws Exception {
        attack.prepare(target);
        Map<String, Integer> answers = new TreeMap<>();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> attackers = new ArrayList<>();
        long p50;
        long p99;
        int refused;
        try (Bystander bystander = new Bystander(new Target(service.port()))) {
            for (int i = 0; i < attack.attackers(); i++) {
                attackers.add(new Thread(() -> attack(attack, end, answers)));
            }
            attackers.forEach(Thread::start);
            for (Thread attacker : attackers) {
                attacker.join();
            }
            p50 = bystander.percentile(50);
            p99 = bystander.percentile(99);
            refused = bystander.refused();
        }
        Thread.sleep(REST.toMillis());
        long heap = heap();
        String state = state();
        held &= p99 < SLOWEST && refused == 0 && heap - heapBefore <= MOST_LEFT && state.equals("running");
        System.out.printf(
                "%-46s %8d  %-28s %7d %7d %8d %12d  %s%n",
                attack.words(),
                answers.values().stream().mapToInt(Integer::intValue).sum(),
                answers,
                p50,
                p99,
                refused,
                heap,
                state);
    }

    private void attack(Attack attack, long end, Map<String, Integer> answers) {
        Target own = new Target(service.port());
        while (System.nanoTime() < end) {
            String answer;
            try {
                answer = attack.once(own);
            } catch (IOException e) {
                answer = "no answer";
            } catch (InterruptedException e) {
                return;
            }
            synchronized (answers) {
                answers.merge(answer, 1, Integer::sum);
            }
        }
    }

    /** What the job does; that a lease was lost stands in its events. */
    private String state() throws IOException, InterruptedException {
        String events = target.get(JOBS + job + "/events?limit=1000").body();
        if (events.contains("The worker was lost")) {
            return "lease lost";
        }
        Matcher status = Pattern.compile("\"status\"\\s*:\\s*\"([a-z_]+)\"")
                .matcher(target.get(JOBS + job).body());
        return status.find() ? status.group(1) : "unknown";
    }

    /** KiB of heap that are in use after a full collection. */
    private long heap() throws IOException, InterruptedException {
        jcmd("GC.run");
        return jcmd("GC.heap_info")
                .lines()
                .filter(line -> line.contains("generation")) // new and tenured; the other lines are parts of them
                .map(HEAP::matcher)
                .filter(Matcher::find)
                .mapToLong(used -> Long.parseLong(used.group(1)))
                .sum();
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(service.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    static String id(String answer) {
        Matcher id = ID.matcher(answer);
        if (!id.find()) {
            throw new IllegalStateException("no id in " + answer);
        }
        return id.group(1);
    }

    static String job(String file, int epochs) {
        return """
                {"model": "attune-tales", "training_file": "%s", "training_type": {"type": "lora", "r": 4},
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": %d, "batch_size": 4}}}}""".formatted(file, epochs);
    }
}
