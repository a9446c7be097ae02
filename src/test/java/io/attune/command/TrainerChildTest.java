package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.trainer.launch.SaidLines;
import io.attune.trainer.message.TrainerMessage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TrainerChildTest {

    @Test
    void aModelThatWaitsOrThinksForLongIsStillHeard() throws IOException {
        SaidLines said = new SaidLines("""
                OpenMP says something
                {"message":"alive"}
                {"message":"text","text":"Once","done":false}
                {"message":"alive"}
                {"message":"text","text":"","done":true}
                """);
        assertThat(TrainerChild.next(said)).isEqualTo(new TrainerMessage.Text("Once", false));
        assertThat(TrainerChild.next(said)).isEqualTo(new TrainerMessage.Text("", true));
    }

    @Test
    void aModelThatFailsSaysWhy() {
        SaidLines said =
                new SaidLines("{\"message\":\"failed\",\"code\":\"x\",\"problem\":\"The context is full.\"}\n");
        assertThatThrownBy(() -> TrainerChild.next(said)).hasMessage("The context is full.");
    }

    @Test
    void aProcessThatDiesIsNotWaitedFor() {
        assertThatThrownBy(() -> TrainerChild.next(new SaidLines("{\"message\":\"alive\"}\n")))
                .hasMessage("the trainer process ended without a word. It ended with exit code 9.");
    }
}
