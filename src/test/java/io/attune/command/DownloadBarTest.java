package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A download is shown as a bar with its speed, counted from where this call began. */
class DownloadBarTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicLong nanoTime = new AtomicLong(-5_000_000_000L);

    @Test
    void aTenthOfTheWayIsALineWhereThereIsNoTerminal() {
        try (DownloadBar bar = new DownloadBar(new PrintStream(out), false, nanoTime::get)) {
            bar.progress("model.safetensors", 50_000_000, 100_000_000);
            nanoTime.addAndGet(2_000_000_000L);
            bar.progress("model.safetensors", 55_000_000, 100_000_000);
            bar.progress("model.safetensors", 70_000_000, 100_000_000);
            bar.waiting("fetching model.safetensors failed", Duration.ofSeconds(4));
        }
        assertThat(lines())
                .containsExactly(
                        "  [###############...............] 50.0 of 100.0 MB  model.safetensors",
                        "  [#####################.........] 70.0 of 100.0 MB  model.safetensors  10.0 MB/s  3 s left",
                        "  fetching model.safetensors failed; trying again in 4 s");
    }

    @Test
    void aTerminalsLineIsRewrittenAndEndedBeforeAnotherText() {
        try (DownloadBar bar = new DownloadBar(new PrintStream(out), true, nanoTime::get)) {
            bar.progress("a.gguf", 0, 3_000_000);
            bar.progress("a.gguf", 1, 3_000_000);
            bar.waiting("broken", Duration.ofSeconds(1));
            bar.progress("a.gguf", 3_000_000, 3_000_000);
        }
        assertThat(lines())
                .containsExactly(
                        "\r  [..............................] 0.0 of 3.0 MB  a.gguf\033[K",
                        "  broken; trying again in 1 s",
                        "\r  [##############################] 3.0 of 3.0 MB  a.gguf\033[K");
    }

    private List<String> lines() {
        return List.of(out.toString(StandardCharsets.UTF_8).split("\n"));
    }
}
