package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SavePaceTest {

    private long now;

    @Test
    void theFirstSaveIsDueAfterTheIntervalAndTheNextOnesAnIntervalApart() {
        SavePace pace = pace(5);
        assertDueAfter(pace, 5);
        pace.saved(0.1);
        assertDueAfter(pace, 5);
    }

    @Test
    void savingTakesLessThanThreePercentOfTheTimeTheWorkersShareIncluded() {
        SavePace pace = pace(5);
        now += seconds(5);
        pace.saved(2);
        pace.taken(3);
        assertDueAfter(pace, 33 * (2 + 3));
        assertThat((2.0 + 3) / (2 + 3 + 33 * (2 + 3))).isLessThan(0.03);
        pace.saved(0.01);
        assertDueAfter(pace, 5);
    }

    @Test
    void withoutAnIntervalNothingIsSaved() {
        SavePace pace = pace(0);
        now += seconds(1e6);
        assertThat(pace.due()).isFalse();
    }

    private SavePace pace(double interval) {
        return new SavePace(interval, () -> now);
    }

    private void assertDueAfter(SavePace pace, double seconds) {
        now += seconds(seconds) - 1_000_000;
        assertThat(pace.due()).isFalse();
        now += 1_000_000;
        assertThat(pace.due()).isTrue();
    }

    private static long seconds(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
