package io.attune.notify;

import io.attune.job.event.EventsAppended;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Sends notices about committed changes to the other processes (NOTIFY). A thread of its own sends them after the
 * commits, several notices at once. A transaction with NOTIFY commits under a lock of the whole server: all such
 * transactions commit one after another, and each waits for the disk while it holds the lock. A transaction that
 * only notifies writes nothing, so it does not wait for the disk. If a process is killed before it sends, the
 * others find the change by polling.
 */
@Component
class Notifier implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Notifier.class);

    /** Minimum time between two notices. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Duration SHORTEST_BACK_OFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final JdbcClient jdbc;
    private final String process = UUID.randomUUID().toString();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private Set<String> untold = new LinkedHashSet<>();
    private boolean running;
    private Thread thread;

    Notifier(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The sender of this process's notices. */
    String process() {
        return process;
    }

    /**
     * Queues a word for the next notice.
     *
     * @param word word of a {@link Notice}; the change that it reports is committed
     */
    void tell(String word) {
        lock.lock();
        try {
            untold.add(word);
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    @TransactionalEventListener
    void appended(EventsAppended events) {
        tell(events.job());
    }

    private void run() {
        Duration backOff = SHORTEST_BACK_OFF;
        try {
            for (Set<String> words = take(); words != null; words = take()) {
                if (send(words)) {
                    backOff = SHORTEST_BACK_OFF;
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                } else {
                    words.forEach(this::tell); // together with words that arrived meanwhile
                    TimeUnit.NANOSECONDS.sleep(backOff.toNanos());
                    Duration twice = backOff.multipliedBy(2);
                    backOff = twice.compareTo(LONGEST_BACK_OFF) < 0 ? twice : LONGEST_BACK_OFF;
                }
            }
        } catch (InterruptedException e) {
            log.debug("stopped while the database was away");
        }
    }

    /**
     * Waits for words to send. When the service stops, the remaining words are still sent.
     *
     * @return null at the end
     */
    private Set<String> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running && untold.isEmpty()) {
                news.await();
            }
            if (untold.isEmpty()) {
                return null;
            }
            Set<String> taken = untold;
            untold = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean send(Set<String> words) {
        try {
            jdbc.sql("select pg_notify(:channel, :payload) is null")
                    .param("channel", Notice.CHANNEL)
                    .param("payload", new Notice(process, words).payload())
                    .query(Boolean.class)
                    .single();
            return true;
        } catch (RuntimeException e) {
            log.warn("other processes could not be told of news, which is tried again: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void start() {
        lock.lock();
        try {
            running = true;
            thread = new Thread(this::run, "notice-notifier");
            thread.setDaemon(true);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        Thread stopping;
        lock.lock();
        try {
            running = false;
            news.signal();
            stopping = thread;
        } finally {
            lock.unlock();
        }
        try {
            stopping.join(LAST_WORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopping.interrupt();
    }

    /**
     * Starts before, and stops after, all components that send notices. A worker that stops returns its jobs, and
     * that sends notices.
     */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }
}
