package io.attune.webhook;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes deliveries a week after their end. */
@Component
class DeliverySweeper {

    private static final Duration KEPT = Duration.ofDays(7);

    private final Deliveries deliveries;

    DeliverySweeper(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        deliveries.sweep(KEPT);
    }
}
