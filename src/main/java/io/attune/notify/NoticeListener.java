package io.attune.notify;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Receives notices of other processes (LISTEN) and wakes the threads of this process. Uses its own connection, outside
 * the connection pool. While this connection is lost, threads find changes of other processes only by polling. After a
 * reconnect, all threads are woken once, because notices may have been missed.
 */
@Component
class NoticeListener implements SmartLifecycle {

    /** Name of the connection in {@code pg_stat_activity}. */
    static final String APPLICATION = "attune-listener";

    private static final Logger log = LoggerFactory.getLogger(NoticeListener.class);

    /** Time between two checks whether a silent connection still works. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration SHORTEST_BACK_OFF = Duration.ofMillis(250);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final int ANSWER_SECONDS = 10;

    private final JdbcConnectionDetails database;
    private final Notifier notifier;
    private final QueueSignals signals;
    private final EventNotices events;

    private volatile boolean running;
    private volatile Connection connection;
    private Thread thread;

    NoticeListener(JdbcConnectionDetails database, Notifier notifier, QueueSignals signals, EventNotices events) {
        this.database = database;
        this.notifier = notifier;
        this.signals = signals;
        this.events = events;
    }

    private void run() {
        Duration backOff = SHORTEST_BACK_OFF;
        while (running) {
            long begun = System.nanoTime();
            try (Connection opened = connect()) {
                connection = opened;
                listen(opened);
            } catch (SQLException | RuntimeException e) {
                if (running) {
                    log.warn("notices of other processes are not heard, which is tried again: {}", e.getMessage());
                }
            }
            if (System.nanoTime() - begun > LONGEST_BACK_OFF.toNanos()) {
                backOff = SHORTEST_BACK_OFF; // the connection had worked
            }
            try {
                TimeUnit.NANOSECONDS.sleep(running ? backOff.toNanos() : 0);
            } catch (InterruptedException e) {
                return; // stopped
            }
            Duration twice = backOff.multipliedBy(2);
            backOff = twice.compareTo(LONGEST_BACK_OFF) < 0 ? twice : LONGEST_BACK_OFF;
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        set(properties, "user", database.getUsername());
        set(properties, "password", database.getPassword());
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", String.valueOf(ANSWER_SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(ANSWER_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(ANSWER_SECONDS));
        return DriverManager.getConnection(database.getJdbcUrl(), properties);
    }

    private static void set(Properties properties, String name, String value) {
        if (value != null) {
            properties.setProperty(name, value);
        }
    }

    private void listen(Connection opened) throws SQLException {
        try (Statement statement = opened.createStatement()) {
            statement.execute("listen " + Notice.CHANNEL);
        }
        log.info("listening to what other processes tell");
        signals.wake(true, true);
        events.toldOfAll();
        PGConnection notices = opened.unwrap(PGConnection.class);
        while (running) {
            PGNotification[] heard = notices.getNotifications((int) SILENCE.toMillis());
            if (heard == null || heard.length == 0) {
                if (running && !opened.isValid(ANSWER_SECONDS)) {
                    throw new SQLException("the connection is broken");
                }
                continue;
            }
            for (PGNotification one : heard) {
                heard(Notice.read(one.getParameter()));
            }
        }
    }

    private void heard(Notice notice) {
        if (notice.sender().equals(notifier.process())) {
            return;
        }
        for (String word : notice.words()) {
            switch (word) {
                case Notice.JOBS -> signals.wake(true, false);
                case Notice.REQUESTS -> signals.wake(false, true);
                case Notice.ALL_EVENTS -> events.toldOfAll();
                default -> events.toldOf(word);
            }
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = new Thread(this::run, "notice-listener");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void stop() {
        running = false;
        thread.interrupt();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run); // an interrupt does not wake a thread that waits for notices
            } catch (SQLException e) {
                log.debug("the listening connection could not be closed: {}", e.getMessage());
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
