package io.attune.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client that means no harm: makes short calls and measures how long each takes. */
final class Bystander implements AutoCloseable {

    private static final long BETWEEN_CALLS = 100; // ms
    private static final List<String> PATHS =
            List.of("/v1/fine_tuning/jobs?limit=1", "/v1/files?limit=1", "/v1/models", "/actuator/health/liveness");

    private final Target target;
    private final Thread thread = new Thread(this::run, "bystander");
    private final List<Long> times = new ArrayList<>(); // ns
    private int refused;

    Bystander(Target target) {
        this.target = target;
        thread.start();
    }

    private void run() {
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            long from = System.nanoTime();
            try {
                count(target.get(PATHS.get(i % PATHS.size())).statusCode(), System.nanoTime() - from);
                TimeUnit.MILLISECONDS.sleep(BETWEEN_CALLS);
            } catch (IOException e) {
                count(0, System.nanoTime() - from);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void count(int status, long nanos) {
        times.add(nanos);
        if (status != 200) {
            refused++;
        }
    }

    /** In milliseconds; of no calls at all without bound. */
    synchronized long percentile(int percent) {
        if (times.isEmpty()) {
            return Long.MAX_VALUE;
        }
        List<Long> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return TimeUnit.NANOSECONDS.toMillis(sorted.get((sorted.size() - 1) * percent / 100));
    }

    /** Calls that were answered otherwise than by 200. */
    synchronized int refused() {
        return refused;
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
