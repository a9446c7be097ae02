package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.dataset.RowSizes;
import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.estimate.Tuning;
import io.attune.format.ModelConfig;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ServiceTest
class MemoryNeedsTest {

    private static final Training TRAINING = new Training(
            ModelShape.of(ModelConfig.read(Path.of("src/main/resources/models/attune-tales")), 2),
            Tuning.lora(16, List.of("q_proj"), true),
            RowSizes.of(new int[] {40, 90, 300, 400, 450}, 600, 20),
            RowSizes.of(new int[] {500}, 100, 0),
            8,
            3,
            2048);

    private final TestService service;
    private final MemoryNeeds needs;

    MemoryNeedsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        needs = service.bean(MemoryNeeds.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void theEstimateIsThereWhenAJobBeginsToWaitForItsTraining() {
        validate(TRAINING);

        assertThat(service.status("ftjob-1")).isEqualTo("queued");
        assertThat(needs.find("ftjob-1"))
                .hasValueSatisfying(
                        found -> assertThat(found).usingRecursiveComparison().isEqualTo(TRAINING));
        assertThat(column("cpu_memory"))
                .isEqualTo(MemoryEstimate.of(TRAINING, Kind.CPU).total());
        assertThat(column("gpu_memory"))
                .isEqualTo(MemoryEstimate.of(TRAINING, Kind.CUDA).total());
        JsonNode memory = service.client()
                .get("/v1/fine_tuning/jobs/ftjob-1")
                .json()
                .get("estimate")
                .get("memory");
        assertThat(memory.get("cpu").get("total").asLong()).isEqualTo(column("cpu_memory"));
        assertThat(memory.get("cuda").get("weights").asLong()).isPositive();
    }

    @Test
    void aJobOfUnknownSizesHasNoEstimate() {
        validate(null);

        assertThat(needs.find("ftjob-1")).isEmpty();
        assertThat(column("cpu_memory")).isNull();
        assertThat(service.client()
                        .get("/v1/fine_tuning/jobs/ftjob-1")
                        .json()
                        .get("estimate")
                        .isNull())
                .isTrue();
    }

    @Test
    void aSmallerMicroBatchIsEstimatedAnew() {
        validate(TRAINING);
        long before = column("cpu_memory");

        service.bean(TransactionTemplate.class)
                .executeWithoutResult(status -> needs.microBatchTokens("ftjob-1", TRAINING.smallestMicroBatch()));

        assertThat(TRAINING.smallestMicroBatch()).isEqualTo(500);
        assertThat(needs.find("ftjob-1").orElseThrow().microBatchTokens()).isEqualTo(500);
        assertThat(column("cpu_memory")).isLessThan(before);
    }

    @Test
    void theMostMemoryOfATrainerIsKeptWithItsAttempt() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = service.claim(Purpose.TRAIN).orElseThrow();
        AttemptJournal journal = service.bean(AttemptJournal.class);

        journal.peakMemory(attempt, 5000);
        journal.peakMemory(attempt, 4000);
        journal.peakMemory(attempt, 0);

        assertThat(service.jdbc()
                        .sql("select peak_memory from attempt where job = 'ftjob-1'")
                        .query(Long.class)
                        .single())
                .isEqualTo(5000);
    }

    private void validate(Training training) {
        service.job("ftjob-1", 0);
        Attempt attempt = service.claim(Purpose.VALIDATE).orElseThrow();
        service.bean(AttemptEnd.class)
                .validated(
                        attempt,
                        TestService.settings().resolve(List.of("q_proj"), 128),
                        TestService.report(),
                        training,
                        List.of());
    }

    private Long column(String name) {
        return service.jdbc()
                .sql("select " + name + " from job where id = 'ftjob-1'")
                .query((row, n) -> row.getObject(1, Long.class))
                .list()
                .get(0);
    }
}
