package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepTimesTest {

    @Test
    void silenceIsTenMedianStepsButNotLessThanTheShortest() {
        StepTimes times = new StepTimes();
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(10));
        for (double seconds : new double[] {100, 120, 9000}) {
            times.add(seconds);
        }
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(1200));
    }
}
