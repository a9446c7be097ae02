package io.attune.chaos;

import io.attune.chaos.Jobs.Made;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One run: trainings that nothing disturbs, to know what has to come out; the same trainings while everything is killed; and the
 * checks that it made no difference.
 */
final class Chaos {

    /** So many jobs wait or run while there are faults to come, so that each finds something to disturb. */
    private static final int BACKLOG = 4;

    /** Of the store: whose it is. */
    private static final String MARKER = "store-id";

    private static final Duration UNDISTURBED = Duration.ofMinutes(5);
    private static final Duration OVERTIME = Duration.ofMinutes(4);
    private static final Duration SWEEP = Duration.ofMinutes(3);

    private final Scale scale;
    private final long seed;
    private final Path folder;
    private final PrintStream out;
    private final FaultLog log;
    private final Verdict verdict = new Verdict();

    /** @param folder where all of it lies, new */
    Chaos(Scale scale, long seed, Path folder, PrintStream out) {
        this.scale = scale;
        this.seed = seed;
        this.folder = folder.toAbsolutePath();
        this.out = out;
        this.log = new FaultLog(out);
    }

    Verdict run() throws IOException, InterruptedException, SQLException {
        try {
            disturb();
        } finally {
            verdict.print(out); // what is known of it, should a check itself have failed
        }
        return verdict;
    }

    private void disturb() throws IOException, InterruptedException, SQLException {
        Instant start = Instant.now();
        log.say("seed " + seed + ", folder " + folder);
        Cluster cluster = Cluster.start(Files.createDirectories(folder), new Random(seed));
        try {
            disturb(cluster, start);
        } finally {
            cluster.close();
        }
        verdict.promise("no process is left", Processes.of(folder));
        verdict.promise("nothing else went wrong", log.troubles());
    }

    private void disturb(Cluster cluster, Instant start) throws IOException, InterruptedException, SQLException {
        log.say(
                cluster.smallDisks()
                        ? "full disks: of a tmpfs in a mount namespace of each worker"
                        : "full disks: of the store, as this machine allows no mount namespaces");
        Api api = new Api(cluster.api().address());
        Jobs jobs = Jobs.of(api, scale, folder);
        Map<JobKind, Made> undisturbed = undisturbed(jobs);

        Faults faults = new Faults(cluster, scale, seed, log);
        try {
            makeJobs(jobs, faults.begin());
        } finally {
            faults.end();
        }
        log.say("no more faults; " + jobs.accepted().size() + " jobs were accepted");
        cluster.awaitReady();
        verdict.promise("every job has ended", jobs.awaitAll(scale.patience()));
        log.say("all jobs have ended, or had their time");

        try (Connection connection = cluster.connect()) {
            History history = new History(connection, jobs.accepted().keySet());
            check(history, jobs, undisturbed);
            stop(cluster);
            checkStore(cluster, history);
            printTables(cluster, history, api, Duration.between(start, Instant.now()));
        }
    }

    /** Trains one job of each kind with nothing to disturb it. */
    private Map<JobKind, Made> undisturbed(Jobs jobs) throws IOException, InterruptedException {
        Map<String, JobKind> ids = new HashMap<>();
        for (JobKind kind : scale.kinds()) {
            ids.put(jobs.create(kind), kind);
        }
        List<String> late = jobs.awaitAll(UNDISTURBED);
        if (!late.isEmpty()) {
            throw new IllegalStateException("not even undisturbed did these end: " + late);
        }
        Map<JobKind, Made> made = new HashMap<>();
        for (Map.Entry<String, JobKind> job : ids.entrySet()) {
            made.put(job.getValue(), jobs.made(job.getKey()));
        }
        log.say("undisturbed: " + ids.size() + " jobs have shown what has to come out");
        return made;
    }

    /** In the first two thirds of the time, and more for as long as there are faults to come. */
    private void makeJobs(Jobs jobs, CountDownLatch over) throws InterruptedException {
        int undisturbed = jobs.accepted().size();
        long start = System.nanoTime();
        long giveUp = start + scale.faults().plus(OVERTIME).toNanos();
        double pause = scale.faults().toNanos() * 0.6 / scale.jobs();
        Random random = new Random(seed);
        while (!over.await(500, TimeUnit.MILLISECONDS) && System.nanoTime() < giveUp) {
            int made = jobs.accepted().size() - undisturbed;
            boolean due = made < scale.jobs() && System.nanoTime() - start > made * pause;
            if (due || (made >= scale.jobs() && jobs.unfinished().size() < BACKLOG)) {
                JobKind kind = scale.kinds().get(random.nextInt(scale.kinds().size()));
                String id = jobs.create(kind);
                log.say("accepted " + id + " (" + kind.name() + ")");
            }
        }
        if (over.getCount() > 0) {
            log.trouble(over.getCount() + " kinds of faults have not found all their victims in time");
        }
    }

    private void check(History history, Jobs jobs, Map<JobKind, Made> undisturbed)
            throws SQLException, InterruptedException {
        verdict.promise("every accepted job has succeeded exactly once", history.notSucceededOnce());
        verdict.promise("events are gapless and in order", history.brokenEvents());
        verdict.promise("events tell only allowed changes of status", history.forbiddenTransitions());
        verdict.promise("no artifact of a stale attempt is visible", history.staleArtifacts());
        List<String> bytes = new ArrayList<>();
        List<String> weights = new ArrayList<>();
        List<String> results = new ArrayList<>();
        Map<String, String> artifacts = history.artifacts();
        for (Map.Entry<String, JobKind> job : jobs.accepted().entrySet()) {
            String name = job.getKey() + " (" + job.getValue().name() + ")";
            try {
                Made made = jobs.made(job.getKey());
                Made expected = undisturbed.get(job.getValue());
                made.artifacts().forEach((checkpoint, sha256) -> {
                    if (!sha256.equals(artifacts.get(checkpoint))) {
                        bytes.add(name + " checkpoint " + checkpoint);
                    }
                });
                if (!made.weights().equals(expected.weights())) {
                    weights.add(name + ": " + made.weights() + ", undisturbed " + expected.weights());
                }
                if (!made.results().equals(expected.results())) {
                    results.add(name + ": " + difference(made.results(), expected.results()));
                }
            } catch (IOException | RuntimeException e) {
                bytes.add(name + ": " + e);
            }
        }
        verdict.promise("everything published can be downloaded, with its checksum", bytes);
        verdict.promise("weights are bit-equal to an undisturbed run's", weights);
        verdict.promise("result files are equal to an undisturbed run's", results);
        int resumed = history.resumed();
        verdict.promise(
                "at least " + scale.resumed() + " attempts were resumed from a checkpoint",
                resumed >= scale.resumed() ? List.of() : List.of(resumed + " were"));
    }

    private static String difference(String made, String expected) {
        List<String> ours = made.lines().toList();
        List<String> theirs = expected.lines().toList();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            if (!ours.get(i).equals(theirs.get(i))) {
                return "line " + (i + 1) + " is " + ours.get(i) + ", undisturbed " + theirs.get(i);
            }
        }
        return ours.size() + " lines, undisturbed " + theirs.size();
    }

    /** Ends all services as an operator would. */
    private void stop(Cluster cluster) throws InterruptedException, IOException {
        List<String> stuck = new ArrayList<>();
        for (Service service : cluster.services()) {
            if (!service.stop()) {
                stuck.add(service.name() + " did not end when it was asked to");
            }
        }
        verdict.promise("services end when they are asked to", stuck);
        List<String> left = new ArrayList<>();
        for (Service service : cluster.services()) {
            left.addAll(Processes.of(service.data()));
            Path attempts = service.disk() == null
                    ? service.data().resolve("attempts")
                    : service.disk().seen();
            left.addAll(files(attempts));
        }
        verdict.promise("no trainer and no work folder is left", left);
    }

    /** Two hours later, when a service has swept: every object has its row, every row its object, and nothing else is there. */
    private void checkStore(Cluster cluster, History history) throws IOException, InterruptedException, SQLException {
        history.age();
        List<Path> aged = new ArrayList<>(List.of(cluster.store().objects()));
        cluster.services().forEach(service -> aged.add(service.data()));
        for (Path old : aged) {
            makeOlder(old);
        }
        List<String> wrong = new ArrayList<>();
        Process sweeper = cluster.api().launch("-Dattune.sweep-delay=1ms");
        long deadline = System.nanoTime() + SWEEP.toNanos();
        do {
            TimeUnit.MILLISECONDS.sleep(500);
            wrong = differences(cluster.store().objects(), history);
        } while (!wrong.isEmpty() && System.nanoTime() < deadline);
        sweeper.destroy();
        sweeper.waitFor();
        verdict.promise("once swept, the store holds what the database says and nothing else", wrong);
        List<String> left = new ArrayList<>();
        for (Service service : cluster.services()) {
            for (String name : List.of("incoming", "blobs", "cache")) {
                left.addAll(files(service.data().resolve(name)));
            }
        }
        left.removeIf(file -> !file.endsWith(".part"));
        verdict.promise("no temporary file is left", left);
    }

    /** What the store and the database do not agree on. The sweeper may take an object while this looks: look again. */
    private static List<String> differences(Path store, History history) throws IOException, SQLException {
        List<String> wrong = new ArrayList<>();
        List<String> rows = new ArrayList<>(history.blobs());
        for (String object : files(store)) {
            String name = Path.of(object).getFileName().toString();
            if (name.equals(MARKER)) {
                continue;
            }
            if (!rows.remove(name)) {
                wrong.add(object + " has no row");
            } else {
                try {
                    if (!Jobs.sha256(Files.readAllBytes(Path.of(object))).equals(name)) {
                        wrong.add(object + " has another checksum");
                    }
                } catch (NoSuchFileException swept) {
                    wrong.add(object + " went while it was read");
                }
            }
        }
        rows.forEach(row -> wrong.add(row + " has a row and no bytes"));
        return wrong;
    }

    private static List<String> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        List<String> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file.toString());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) { // swept since its folder was listed
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return files;
    }

    private static void makeOlder(Path folder) throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.setLastModifiedTime(file, old);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void printTables(Cluster cluster, History history, Api api, Duration wall) throws SQLException {
        List<FaultLog.Entry> entries = log.entries();
        Map<Fault, Integer> counts = new TreeMap<>();
        List<Duration> waits = new ArrayList<>();
        for (FaultLog.Entry entry : entries) {
            counts.merge(entry.fault(), 1, Integer::sum);
            if (entry.fault() == Fault.KILL_TRAINER || entry.fault() == Fault.KILL_WORKER) {
                for (Processes.Trainer trainer : entry.interrupted()) {
                    history.untilNextClaim(trainer, entry.at()).ifPresent(waits::add);
                }
            }
        }
        Collections.sort(waits);
        List<String> missing = new ArrayList<>();
        out.println("\n| fault | times |\n|---|---|");
        for (Fault fault : Fault.values()) {
            int times = counts.getOrDefault(fault, 0);
            out.println("| " + fault.text() + " | " + times + " |");
            if (times < scale.counts().get(fault)) {
                missing.add(
                        fault.text() + ": " + times + " of " + scale.counts().get(fault));
            }
        }
        int kills = (int) entries.stream().filter(entry -> entry.fault().kill()).count();
        out.println("| kills in all | " + kills + " |");
        verdict.promise("all faults have come, " + scale.kills() + " kills among them", missing);
        out.println("\n| attempts | number |\n|---|---|");
        for (Map.Entry<String, Integer> outcome : history.outcomes().entrySet()) {
            out.println("| " + outcome.getKey() + " | " + outcome.getValue() + " |");
        }
        out.println("| resumed from a checkpoint | " + history.resumed() + " |");
        out.println("\n| all in all | |\n|---|---|");
        out.println("| jobs | " + history.jobs() + " |");
        out.printf(Locale.ROOT, "| wall time | %.1f min |%n", wall.toMillis() / 60_000.0);
        if (!waits.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "| from a kill of a trainer or its worker to the next claim, median / 95 %% | %.1f s / %.1f s (%d) |%n",
                    seconds(waits, 0.5),
                    seconds(waits, 0.95),
                    waits.size());
        }
        out.println("| calls that the client had to repeat | " + api.repeats() + " |");
        cluster.services()
                .forEach(service ->
                        out.println("| ends of its own, " + service.name() + " | " + service.endsOfItsOwn() + " |"));
        out.println();
    }

    private static double seconds(List<Duration> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size()))
                        .toMillis()
                / 1000.0;
    }
}
