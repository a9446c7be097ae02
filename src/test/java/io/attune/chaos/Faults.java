package io.attune.chaos;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Brings the faults about: each kind at moments of its own, drawn before, against whom is there then. */
final class Faults {

    /** A job whose trainer dies a third time at one place has failed, as it should: no trainer of a job is killed more often here. */
    private static final int MOST_DEATHS = 2;

    private static final Duration LONGEST_RESTART = Duration.ofMinutes(4);

    private final Cluster cluster;
    private final Scale scale;
    private final FaultLog log;
    private final long seed;
    private final Map<String, Integer> deaths = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    Faults(Cluster cluster, Scale scale, long seed, FaultLog log) {
        this.cluster = cluster;
        this.scale = scale;
        this.seed = seed;
        this.log = log;
    }

    /** Begins; the latch is down when the last fault is over. */
    CountDownLatch begin() {
        CountDownLatch over = new CountDownLatch(scale.counts().size());
        long start = System.nanoTime();
        scale.counts().forEach((fault, count) -> {
            Random random = new Random(seed + 31L * fault.ordinal());
            List<Long> moments = moments(count, random);
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < moments.size(); i++) {
                        long wait = start + moments.get(i) - System.nanoTime();
                        TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
                        bring(fault, random, i == moments.size() - 1);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    over.countDown();
                }
            });
            thread.setName("fault-" + fault.text());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        });
        return over;
    }

    /** No more of them, whether or not all have come. */
    void end() {
        threads.forEach(Thread::interrupt);
    }

    /** One in each of as many equal parts of the time. */
    private List<Long> moments(int count, Random random) {
        long part = scale.faults().toNanos() / count;
        List<Long> moments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            moments.add(i * part + (long) (random.nextDouble() * part));
        }
        return moments;
    }

    private void bring(Fault fault, Random random, boolean last) throws InterruptedException {
        try {
            switch (fault) {
                case KILL_API -> killApi();
                case KILL_WORKER -> killWorker(random);
                case KILL_TRAINER -> killTrainer(random, last);
                case KILL_DATABASE -> killDatabase(random);
                case STALL_WORKER -> stallWorker(random);
                case STOP_WORKER -> stopWorker(random);
                case STORE_AWAY -> storeAway(random);
                case DROP_CONNECTIONS -> dropConnections(random);
                case FULL_DISK -> fullDisk(random);
            }
        } catch (IOException | SQLException | IllegalStateException e) {
            log.trouble(fault.text() + ": " + e);
        }
    }

    private void killApi() throws IOException, InterruptedException {
        Service api = cluster.api();
        awaitUp(api);
        api.signal("KILL");
        log.done(Instant.now(), Fault.KILL_API, api.name(), List.of());
        awaitUp(api);
    }

    private void killWorker(Random random) throws IOException, InterruptedException {
        Service worker = takeInHand(random);
        try {
            List<Processes.Trainer> trainers = worker.trainers();
            worker.signal("KILL");
            log.done(Instant.now(), Fault.KILL_WORKER, worker.name(), trainers);
            TimeUnit.MILLISECONDS.sleep(200);
            awaitUp(worker);
        } finally {
            worker.hand().unlock();
        }
    }

    /** @param saved only a trainer whose job has a saved state, so that at least one attempt has to resume from it */
    private void killTrainer(Random random, boolean saved) throws IOException, InterruptedException {
        while (true) {
            List<Service> workers = new ArrayList<>(cluster.workers());
            Collections.shuffle(workers, random);
            for (Service worker : workers) {
                if (!worker.hand().tryLock()) {
                    continue;
                }
                try {
                    for (Processes.Trainer trainer : worker.trainers()) {
                        if (saved && !hasSavedState(trainer.job())) {
                            continue;
                        }
                        if (worker.isReady() && deaths.merge(trainer.job(), 1, Integer::sum) <= MOST_DEATHS) {
                            trainer.process().destroyForcibly();
                            log.done(Instant.now(), Fault.KILL_TRAINER, "of " + worker.name(), List.of(trainer));
                            return;
                        }
                    }
                } finally {
                    worker.hand().unlock();
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private boolean hasSavedState(String job) {
        try (Connection connection = cluster.connect();
                PreparedStatement statement =
                        connection.prepareStatement("select exists (select from resume_checkpoint where job = ?)")) {
            statement.setString(1, job);
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return found.getBoolean(1);
            }
        } catch (SQLException e) {
            return false; // another fault has the database in hand; the caller looks again
        }
    }

    private void killDatabase(Random random) throws IOException, InterruptedException {
        long pid = cluster.postgres().pid();
        int away = 300 + random.nextInt(3000);
        Processes.signal(pid, "KILL");
        cluster.database().shut();
        log.done(
                Instant.now(), Fault.KILL_DATABASE, "PostgreSQL, away for " + away + " ms and its recovery", List.of());
        TimeUnit.MILLISECONDS.sleep(away);
        cluster.database().open();
        awaitDatabase();
    }

    private void stallWorker(Random random) throws IOException, InterruptedException {
        Service worker = takeInHand(random);
        try {
            List<Processes.Trainer> trainers = worker.trainers();
            long millis = Cluster.LEASE.toMillis() + 1000 + random.nextInt(4000);
            worker.signal("STOP");
            log.done(Instant.now(), Fault.STALL_WORKER, worker.name() + " for " + millis + " ms", trainers);
            TimeUnit.MILLISECONDS.sleep(millis);
            worker.signal("CONT");
        } finally {
            worker.hand().unlock();
        }
    }

    private void stopWorker(Random random) throws IOException, InterruptedException {
        Service worker = takeInHand(random);
        try {
            List<Processes.Trainer> trainers = worker.trainers();
            Instant at = Instant.now();
            long millis = worker.drain();
            log.done(at, Fault.STOP_WORKER, worker.name() + ", gone after " + millis + " ms", trainers);
            awaitUp(worker);
        } finally {
            worker.hand().unlock();
        }
    }

    private void storeAway(Random random) throws IOException, InterruptedException {
        int millis = 2000 + random.nextInt(8000);
        String how = cluster.store().goAway();
        log.done(Instant.now(), Fault.STORE_AWAY, how + ", for " + millis + " ms", List.of());
        TimeUnit.MILLISECONDS.sleep(millis);
        cluster.store().comeBack();
    }

    /** Waits for connections to drop: after a restart of the database there are none for a while. */
    private void dropConnections(Random random) throws SQLException, InterruptedException {
        boolean reset = random.nextBoolean();
        int dropped = 0;
        while (dropped == 0) {
            awaitDatabase();
            dropped = reset ? cluster.database().cut() : endConnections();
            if (dropped == 0) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        String how = dropped + (reset ? " reset" : " ended by the server");
        log.done(Instant.now(), Fault.DROP_CONNECTIONS, how, List.of());
    }

    private int endConnections() throws SQLException {
        try (Connection connection = cluster.connect();
                Statement statement = connection.createStatement();
                ResultSet ended = statement.executeQuery("""
                        select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where pid <> pg_backend_pid() and datname = current_database()""")) {
            ended.next();
            return ended.getInt(1);
        }
    }

    private void fullDisk(Random random) throws IOException, InterruptedException {
        int millis = 2000 + random.nextInt(4000);
        if (!cluster.smallDisks()) {
            cluster.store().fill();
            log.done(Instant.now(), Fault.FULL_DISK, "the store says so for " + millis + " ms", List.of());
            TimeUnit.MILLISECONDS.sleep(millis);
            cluster.store().empty();
            return;
        }
        Service worker = takeInHand(random);
        try {
            worker.disk().fill();
            log.done(Instant.now(), Fault.FULL_DISK, worker.name() + " for " + millis + " ms", worker.trainers());
            TimeUnit.MILLISECONDS.sleep(millis);
            worker.disk().empty();
        } finally {
            worker.hand().unlock();
        }
    }

    /** A worker that is up and that no other fault has in hand; one that trains, unless none does for a while. The caller unlocks its hand. */
    private Service takeInHand(Random random) throws InterruptedException {
        for (int round = 0; ; round++) {
            List<Service> workers = new ArrayList<>(cluster.workers());
            Collections.shuffle(workers, random);
            for (Service worker : workers) {
                if (worker.hand().tryLock()) {
                    if (worker.isReady() && (round >= 20 || !worker.trainers().isEmpty())) {
                        return worker;
                    }
                    worker.hand().unlock();
                }
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private void awaitUp(Service service) throws InterruptedException {
        if (!service.awaitReady(LONGEST_RESTART)) {
            log.trouble(service.name() + " is not ready " + LONGEST_RESTART.toSeconds() + " s after its last end");
        }
    }

    private void awaitDatabase() throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_RESTART.toNanos();
        while (System.nanoTime() < deadline) {
            try (Connection connection = cluster.connect()) {
                return;
            } catch (SQLException e) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        log.trouble("PostgreSQL takes no connections " + LONGEST_RESTART.toSeconds() + " s after its last end");
    }
}
