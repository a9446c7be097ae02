package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

    private final RetrySchedule schedule = new RetrySchedule(new Random(1));

    @Test
    void aDeliveryIsTriedTenTimesOverThreeDays() {
        double[] hours = {5 / 3600.0, 5 / 60.0, 0.5, 2, 5, 10, 14, 20, 24};
        for (int tries = 1; tries <= hours.length; tries++) {
            Duration delay = schedule.delay(tries, Duration.ZERO).orElseThrow();
            assertThat(delay.toMillis() / 3_600_000.0).isBetween(hours[tries - 1], hours[tries - 1] * 1.2 + 1e-6);
        }
        assertThat(schedule.delay(hours.length + 1, Duration.ZERO)).isEmpty();
        assertThat(schedule.delay(hours.length + 1, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void manyThatFailedTogetherComeBackOneByOne() {
        assertThat(IntStream.range(0, 100)
                        .mapToObj(i -> schedule.delay(2, Duration.ZERO).orElseThrow())
                        .distinct())
                .hasSizeGreaterThan(90);
    }

    @Test
    void aReceiverThatAsksForTimeGetsItUpToADay() {
        assertThat(schedule.delay(1, Duration.ofMinutes(10)).orElseThrow())
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
        assertThat(schedule.delay(3, Duration.ofSeconds(1)).orElseThrow())
                .isGreaterThanOrEqualTo(Duration.ofMinutes(30));
        assertThat(schedule.delay(1, Duration.ofDays(365)).orElseThrow())
                .isBetween(Duration.ofHours(24), Duration.ofHours(29));
    }
}
