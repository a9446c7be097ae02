package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final List<TrainerMessage> said = new ArrayList<>();
    private long now;
    private final Heartbeat heartbeat = new Heartbeat(said::add, () -> now);

    @Test
    void workThatTakesLongSaysHalfAMinuteApartThatItGoesOn() {
        for (int second = 0; second < 100; second++) {
            now = Duration.ofSeconds(second).toNanos();
            heartbeat.beat();
        }
        assertThat(said).hasSize(3).containsOnly(new TrainerMessage.Alive());
    }

    @Test
    void aStopEndsTheWorkAtTheNextBeat() {
        heartbeat.beat();
        heartbeat.stop();
        assertThatThrownBy(heartbeat::beat).isInstanceOf(Heartbeat.Stopped.class);
    }
}
