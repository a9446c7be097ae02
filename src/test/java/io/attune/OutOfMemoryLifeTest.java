package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A trainer that really runs out of native memory. */
@ProcessTest
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

    @Test
    void aTokenizerThatMakesATrillionBytesOfALineEndsItsOwnTrainerAloneAndItsJobSaysWhy() throws Exception {
        try (LiveService service = new LiveService(data).with("ATTUNE_TRAINER_HEAP", "256m")) {
            service.start();
            hostileModel();
            String job = service.create(
                    "{\"model\": \"hostile\", \"training_file\": \"%s\"}".formatted(service.upload(longRows())));

            JsonNode ended = service.awaitEnd(job);

            assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("failed");
            assertThat(ended.at("/error/code").asString()).isEqualTo("out_of_memory");
            assertThat(ended.at("/error/message").asString())
                    .startsWith("The tokenizer asked for more memory than a trainer may take (")
                    .contains("tokenizer.json makes very much of little text");
            assertThat(service.events(job))
                    .as("attempts")
                    .noneMatch(event -> event.get("message").asString().contains("again"));
        }
    }

    /** The bundled model with a normalizer that turns each {@code e} into a thousand, four times. */
    private void hostileModel() throws IOException {
        Path bundled = data.resolve("models").resolve("attune-tales");
        Path hostile = Files.createDirectory(data.resolve("models").resolve(".hostile"));
        try (Stream<Path> files = Files.list(bundled)) {
            for (Path file : files.toList()) {
                Files.copy(file, hostile.resolve(file.getFileName()));
            }
        }
        JsonMapper json = JsonMapper.builder().build();
        Path tokenizer = hostile.resolve("tokenizer.json");
        ObjectNode tree = (ObjectNode) json.readTree(tokenizer.toFile());
        ObjectNode normalizer = tree.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        for (int i = 0; i < 4; i++) {
            ObjectNode replace = steps.addObject().put("type", "Replace").put("content", "e".repeat(1000));
            replace.putObject("pattern").put("String", "e");
        }
        json.writeValue(tokenizer.toFile(), tree);
        Path manifest = hostile.resolve("attune.json");
        ObjectNode named = (ObjectNode) json.readTree(manifest.toFile());
        json.writeValue(manifest.toFile(), named.put("name", "hostile"));
        Files.move(hostile, hostile.resolveSibling("hostile"));
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
