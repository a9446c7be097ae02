package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.job.JobStatus;
import io.attune.job.event.EventsAppended;
import io.attune.job.event.JobEvent;
import io.attune.job.event.JobEvents;
import io.attune.notify.EventNotices;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.event.TransactionalEventListener;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends events as they happen to any number of readers, as server-sent events. One thread looks for new events once
 * a second, with one query for all jobs that have readers. The thread also looks at once after this or another
 * process has written events of such a job. Readers of the same job at the same position get the same page. The
 * thread reads and formats each page only once.
 */
@Component
class EventStreams implements EventNotices, SmartLifecycle {

    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(EventStreams.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Minimum time between two looks, however many signals arrive. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private static final int PAGE = 100;

    /** Maximum number of readers: half of the connections that Tomcat accepts. */
    private static final int MOST = 4096;

    private static final int RETRY_AFTER = 10; // s
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final JdbcClient jdbc;
    private final JobEvents events;
    private final JsonMapper json;

    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private boolean woken;
    private boolean running;
    private Thread thread;

    EventStreams(JdbcClient jdbc, JobEvents events, JsonMapper json) {
        this.jdbc = jdbc;
        this.events = events;
        this.json = json;
    }

    /** The status of a job and the seq of its newest event. */
    private record Standing(JobStatus status, long lastSeq) {}

    /** A position in the events of a job. Readers at the same position get the same page. */
    private record Place(String job, long position) {}

    /**
     * Answers a request with the events of the job after {@code position}, the oldest first, until the job has
     * ended.
     *
     * @param position seq of an event; 0 for the beginning
     */
    void open(String job, long position, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!isRunning()) {
            throw stopping();
        }
        if (streams.size() >= MOST) {
            throw ApiException.overloaded(
                    "As many streams of events are open as there may be. Ask for pages, or repeat the request later.",
                    RETRY_AFTER);
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // nginx would buffer events
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        EventStream stream =
                new EventStream(job, position, context, response.getOutputStream(), ready -> wake(), streams::remove);
        streams.add(stream);
        context.addListener(stream);
        response.getOutputStream().setWriteListener(stream);
        if (!isRunning()) { // the service began to stop meanwhile
            stream.endNow(DONE);
        }
    }

    /** Number of readers. */
    int readers() {
        return streams.size();
    }

    @TransactionalEventListener
    void appended(EventsAppended news) {
        toldOf(news.job());
    }

    /** A job has new events, from this or another process. */
    public void toldOf(String job) {
        if (streams.stream().anyMatch(stream -> stream.job().equals(job))) {
            wake();
        }
    }

    /** Any job may have new events. */
    public void toldOfAll() {
        if (!streams.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        lock.lock();
        try {
            woken = true;
            wake.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (await()) {
                look();
                TimeUnit.NANOSECONDS.sleep(SHORTEST_PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            // stopped
        }
    }

    /**
     * Waits for a signal. If there are readers, waits at most a second.
     *
     * @return whether to continue
     */
    private boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = BETWEEN_LOOKS.toNanos();
            while (running && !woken && (streams.isEmpty() || left > 0)) {
                if (streams.isEmpty()) {
                    wake.await();
                } else {
                    left = wake.awaitNanos(left);
                }
            }
            woken = false;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        Map<Place, List<EventStream>> waiting = new HashMap<>();
        for (EventStream stream : streams) {
            if (stream.ready()) {
                waiting.computeIfAbsent(new Place(stream.job(), stream.position()), place -> new ArrayList<>())
                        .add(stream);
            }
        }
        if (waiting.isEmpty()) {
            return;
        }
        try {
            Map<String, Standing> standings = standings(
                    waiting.keySet().stream().map(Place::job).distinct().toList());
            waiting.forEach((place, readers) -> serve(place, standings.get(place.job()), readers));
        } catch (DataAccessResourceFailureException
                | TransientDataAccessException
                | CannotCreateTransactionException e) {
            log.warn("readers of events were sent away, since the database did not answer: {}", e.getMessage());
            endAll(waiting, ApiException.databaseUnavailable());
        } catch (RuntimeException e) {
            log.error("readers of events were sent away", e);
            endAll(waiting, ApiException.unavailable("events_unavailable", "The events cannot be read at the moment."));
        }
        long now = System.nanoTime();
        waiting.values().forEach(readers -> readers.forEach(reader -> reader.keepAlive(now, HEARTBEAT.toNanos())));
    }

    private Map<String, Standing> standings(List<String> jobs) {
        Map<String, Standing> standings = new HashMap<>();
        jdbc.sql("select id, status, last_seq from job where id = any(:jobs)")
                .param("jobs", jobs.toArray(new String[0]))
                .query(row -> {
                    standings.put(
                            row.getString("id"),
                            new Standing(JobStatus.of(row.getString("status")), row.getLong("last_seq")));
                });
        return standings;
    }

    private void serve(Place place, Standing standing, List<EventStream> readers) {
        if (standing == null) {
            byte[] gone = error(ApiException.notFound("No such job: " + place.job() + "."));
            readers.forEach(reader -> reader.end(gone));
        } else if (standing.lastSeq() > place.position()) {
            List<JobEvent> page = events.following(place.job(), place.position(), PAGE);
            byte[] text = text(page);
            long last = page.get(page.size() - 1).seq();
            readers.forEach(reader -> reader.give(text, last));
            if (last < standing.lastSeq() || standing.status().ended()) {
                wake(); // readers that have already written this page can get more
            }
        } else if (standing.status().ended()) {
            readers.forEach(reader -> reader.end(DONE));
        }
    }

    private byte[] text(List<JobEvent> page) {
        StringBuilder text = new StringBuilder();
        for (JobEvent event : page) {
            text.append("id: ").append(event.id()).append('\n');
            text.append("data: ")
                    .append(json.writeValueAsString(EventAnswer.of(event)))
                    .append("\n\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] error(ApiException error) {
        return ("data: " + json.writeValueAsString(error.body()) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private void endAll(Map<Place, List<EventStream>> waiting, ApiException why) {
        byte[] lastWords = error(why);
        waiting.values()
                .forEach(readers ->
                        readers.stream().filter(EventStream::ready).forEach(reader -> reader.end(lastWords)));
    }

    @Override
    public void start() {
        lock.lock();
        try {
            running = true;
            thread = new Thread(this::run, "event-streams");
            thread.setDaemon(true);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends all streams before the web server waits for its open requests: the phase of the web server comes later.
     */
    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            wake.signal();
            thread.interrupt();
        } finally {
            lock.unlock();
        }
        byte[] lastWords = error(stopping());
        streams.forEach(stream -> stream.endNow(lastWords));
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

    private static ApiException stopping() {
        return ApiException.unavailable(
                "service_stopping", "The service is being stopped. Ask again behind the last event.");
    }
}
