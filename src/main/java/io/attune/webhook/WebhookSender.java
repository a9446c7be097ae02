package io.attune.webhook;

import io.attune.webhook.Reply.Answered;
import io.attune.webhook.Reply.Unanswered;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Sends the deliveries of the outbox, in every process with any role. A timer claims deliveries for the free slots.
 * A slot continues while deliveries are due. The sender holds no database connection while it waits for a receiver.
 */
@Component
class WebhookSender implements SmartLifecycle {

    static final int SLOTS = 16;

    private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
    private static final Duration LEASE = Duration.ofSeconds(60); // longer than a try, including the name lookup
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final int GONE = 410;

    private final Deliveries deliveries;
    private final WebhookPost post;
    private final RetrySchedule schedule;
    private final AtomicInteger busy = new AtomicInteger();

    private ScheduledExecutorService looks;
    private ExecutorService slots;
    private volatile boolean running;

    WebhookSender(Deliveries deliveries, WebhookPost post, RetrySchedule schedule) {
        this.deliveries = deliveries;
        this.post = post;
        this.schedule = schedule;
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        slots = Executors.newCachedThreadPool(daemons("webhook-slot"));
        looks = Executors.newSingleThreadScheduledExecutor(daemons("webhook-looks"));
        looks.scheduleWithFixedDelay(this::look, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops. A try that takes too long is left running; after its lease, another process tries again. */
    @Override
    public synchronized void stop() {
        if (!running) {
            return;
        }
        running = false;
        try {
            looks.shutdown();
            looks.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            slots.shutdown();
            slots.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void look() {
        for (Delivery delivery : claim(SLOTS - busy.get())) {
            busy.incrementAndGet();
            slots.execute(() -> {
                try {
                    serve(delivery);
                } finally {
                    busy.decrementAndGet();
                }
            });
        }
    }

    private void serve(Delivery first) {
        Optional<Delivery> next = Optional.of(first);
        while (next.isPresent()) {
            send(next.get());
            next = claim(1).stream().findFirst();
        }
    }

    private List<Delivery> claim(int most) {
        if (!running || most == 0) {
            return List.of();
        }
        try {
            return deliveries.claim(most, LEASE);
        } catch (RuntimeException e) {
            log.warn("could not look for webhooks to send: {}", e.getMessage());
            return List.of();
        }
    }

    private void send(Delivery delivery) {
        try {
            Reply reply = post.post(delivery);
            if (reply instanceof Answered answer && answer.status() / 100 == 2) {
                deliveries.delivered(delivery, answer.status());
            } else if (reply instanceof Answered answer && answer.status() == GONE) {
                deliveries.gone(delivery, answer.status());
                log.info("webhook endpoint {} is gone (410) and gets no more deliveries", delivery.endpoint());
            } else if (reply instanceof Answered answer) {
                failed(delivery, answer.status(), refusal(answer.status()), answer.retryAfter());
            } else if (reply instanceof Unanswered none) {
                failed(delivery, null, none.why(), Duration.ZERO);
            }
        } catch (RuntimeException e) {
            log.warn("the outcome of webhook {} could not be recorded: {}", delivery.id(), e.getMessage());
        }
    }

    private void failed(Delivery delivery, Integer status, String error, Duration retryAfter) {
        Optional<Duration> delay = schedule.delay(delivery.tries(), retryAfter);
        deliveries.failed(delivery, status, error, delay);
        log.info(
                "webhook {} did not reach endpoint {} at try {}: {} {}",
                delivery.id(),
                delivery.endpoint(),
                delivery.tries(),
                error,
                delay.map(wait -> "Next try in " + wait.toSeconds() + " s.").orElse("It is given up."));
    }

    private static String refusal(int status) {
        return status / 100 == 3
                ? "The endpoint answered " + status + "; redirects are not followed."
                : "The endpoint answered " + status + ", not 2xx.";
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
