package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.dataset.RowSizes;
import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.format.ModelConfig;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ServiceTest
class TrainingNeedsTest {

    private static final Training TRAINING = new Training(
            ModelShape.of(ModelConfig.read(Path.of("src/main/resources/models/attune-tales")), 2),
            Tuning.of(Tuning.Type.LORA)
                    .with(Lora.R, 16)
                    .with(Lora.TARGET_MODULES, List.of("q_proj"))
                    .with(Lora.LORA_DROPOUT, 0.1),
            RowSizes.of(new int[] {40, 90, 300, 400, 450}, 600, 20),
            RowSizes.of(new int[] {500}, 100, 0),
            8,
            3,
            2048);

    private final TestService service;
    private final TrainingNeeds needs;

    TrainingNeedsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        needs = service.bean(TrainingNeeds.class);
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
        JobQueue queue = service.bean(JobQueue.class);

        queue.record(attempt, new AttemptReport.PeakMemory(5000));
        queue.record(attempt, new AttemptReport.PeakMemory(4000));
        queue.record(attempt, new AttemptReport.PeakMemory(0));

        assertThat(service.jdbc()
                        .sql("select peak_memory from attempt where job = 'ftjob-1'")
                        .query(Long.class)
                        .single())
                .isEqualTo(5000);
    }

    private void validate(Training training) {
        service.job("ftjob-1", 0);
        Attempt attempt = service.claim(Purpose.VALIDATE).orElseThrow();
        service.bean(JobQueue.class)
                .end(
                        attempt,
                        new AttemptEnd.Validated(
                                TestService.settings().resolve(new BaseModelLimits(128, List.of("q_proj"))),
                                TestService.report(),
                                training,
                                List.of()));
    }

    private Long column(String name) {
        return service.jdbc()
                .sql("select " + name + " from job where id = 'ftjob-1'")
                .query((row, n) -> row.getObject(1, Long.class))
                .list()
                .get(0);
    }
}
