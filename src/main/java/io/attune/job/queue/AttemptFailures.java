package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.FineTuningJobs;
import io.attune.job.Hyperparameters;
import io.attune.job.JobJson;
import io.attune.job.JobSettings;
import io.attune.job.Purpose;
import io.attune.job.ValidationReports;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What becomes of a job whose attempt met with a {@link AttemptFailure}: one transaction behind the fence, as in {@link AttemptEnd}. */
@Component
public class AttemptFailures {

    private final JdbcClient jdbc;
    private final Fence fence;
    private final AttemptEnd end;
    private final JobRelease release;
    private final FineTuningJobs jobs;
    private final ValidationReports reports;
    private final MemoryNeeds needs;

    AttemptFailures(
            JdbcClient jdbc,
            Fence fence,
            AttemptEnd end,
            JobRelease release,
            FineTuningJobs jobs,
            ValidationReports reports,
            MemoryNeeds needs) {
        this.jdbc = jdbc;
        this.fence = fence;
        this.end = end;
        this.release = release;
        this.jobs = jobs;
        this.reports = reports;
        this.needs = needs;
    }

    /**
     * Ends the attempt. What somebody asked of the job meanwhile is done instead of trying it again.
     *
     * @throws LostLeaseException when the attempt has been ended already
     */
    @Transactional
    public void end(Attempt attempt, AttemptFailure failure) {
        if (failure instanceof AttemptFailure.Fatal fatal) {
            end.failed(attempt, fatal.failure());
        } else if (failure instanceof AttemptFailure.Crash crash) {
            end.crashed(attempt, crash.sentence());
        } else if (failure instanceof AttemptFailure.Retryable retryable) {
            fence.pass(attempt);
            release.close(attempt, Outcome.INTERRUPTED, retryable.sentence());
            release.tryAgain(
                    attempt, "The attempt was interrupted", retryable.sentence(), Map.of("code", retryable.code()));
        } else if (failure instanceof AttemptFailure.Shutdown) {
            release.release(attempt);
        } else if (failure instanceof AttemptFailure.OutOfMemory memory) {
            outOfMemory(attempt, memory);
        }
    }

    private void outOfMemory(Attempt attempt, AttemptFailure.OutOfMemory memory) {
        fence.pass(attempt);
        JobSettings settings = jobs.findById(attempt.job()).orElseThrow().resolved();
        Optional<Integer> smaller = attempt.purpose() == Purpose.TRAIN
                ? smaller(attempt.job(), settings.hyperparameters())
                : Optional.empty();
        if (smaller.isEmpty()) {
            end.failed(attempt, new Failure("out_of_memory", memory.sentence()));
            return;
        }
        int before = settings.hyperparameters().microBatchTokens();
        int after = smaller.get();
        jdbc.sql("update job set resolved = :resolved::jsonb where id = :job")
                .param(
                        "resolved",
                        JobJson.text(new JobSettings(
                                settings.trainingType(),
                                settings.hyperparameters().withMicroBatchTokens(after))))
                .param("job", attempt.job())
                .update();
        needs.microBatchTokens(attempt.job(), after);
        release.close(attempt, Outcome.OUT_OF_MEMORY, memory.sentence());
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("code", "out_of_memory");
        data.put("micro_batch_tokens_before", before);
        data.put("micro_batch_tokens", after);
        release.tryAgain(
                attempt,
                "The device has not enough memory",
                "From now on micro_batch_tokens is " + after + " instead of " + before
                        + ", which changes nothing but how much is computed at once.",
                data);
    }

    /** Half of what is computed at once. A row is never parted, so the longest one is the least; empty where that was not enough. */
    private Optional<Integer> smaller(String job, Hyperparameters settings) {
        int now = settings.microBatchTokens();
        int least = longestRow(job, settings.maxLength());
        return now <= least ? Optional.empty() : Optional.of(Math.max(now / 2, least));
    }

    private int longestRow(String job, int maxLength) {
        IntStream longest = reports.find(job).stream()
                .flatMap(report -> Stream.of(report.trainingFile(), report.validationFile()))
                .filter(file -> file != null && file.tokensPerRow() != null)
                .mapToInt(file -> file.tokensPerRow().max());
        return Math.min(longest.max().orElse(1), maxLength);
    }
}
