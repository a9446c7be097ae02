package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A trainer that really runs out of native memory. */
@EnabledOnOs(OS.LINUX) // elsewhere the limit on a process's data does not count what it maps
class OutOfMemoryLifeTest {

    /** Enough for what a trainer needs beside its activations, and for those of a few hundred tokens at once. */
    private static final int MEBIBYTES = 1300;

    @TempDir
    Path data;

    @TempDir
    Path rows;

    @Test
    void aTrainingThatNeedsTooMuchMemoryAtOnceSucceedsWithSmallerMicroBatches() throws Exception {
        try (LiveService service =
                new LiveService(data).with("ATTUNE_TRAINER_HEAP", "256m").limitedTo(MEBIBYTES)) {
            service.start();
            String job = service.create("""
                    {"model": "attune-tales", "training_file": "%s", "training_type": {"type": "lora", "r": 4},
                     "method": {"type": "supervised", "supervised": {"hyperparameters":
                         {"n_epochs": 1, "batch_size": 32, "micro_batch_tokens": 65536}}}}""".formatted(service.upload(longRows())));

            JsonNode ended = service.awaitEnd(job);

            assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
            List<String> messages = service.events(job).stream()
                    .map(event -> event.get("message").asString())
                    .toList();
            assertThat(messages)
                    .anyMatch(message -> message.startsWith("The device has not enough memory.")
                            && message.contains("micro_batch_tokens is 32768 instead of 65536"));
            assertThat(ended.at("/method/supervised/hyperparameters/micro_batch_tokens")
                            .asInt())
                    .isLessThan(65536);
        }
    }

    /** No two begin alike, so that nothing of them is computed once for all. */
    private Path longRows() throws IOException {
        return Files.write(
                rows.resolve("long.jsonl"),
                IntStream.range(0, 32)
                        .mapToObj(row -> "{\"messages\": [{\"role\": \"user\", \"content\": \"" + row
                                + " times?\"}, {\"role\": \"assistant\", \"content\": \""
                                + "The old fox went over the hill and sang. ".repeat(60) + "\"}]}")
                        .toList());
    }
}
