package io.attune.job.queue;

import static io.attune.setting.Hyperparameters.MAX_LENGTH;
import static io.attune.setting.Hyperparameters.MICRO_BATCH_TOKENS;

import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.ValidationReports;
import io.attune.job.attempt.AttemptFailure;
import io.attune.setting.Hyperparameters;
import io.attune.setting.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Decides what happens to a job after an {@link AttemptFailure}. {@link AttemptEnds} has passed the fence. */
@Component
class AttemptFailures {

    /** A job fails after this number of trainer crashes without a newer saved state or checkpoint between them. */
    private static final int MOST_CRASHES = 3;

    private final JobRelease release;
    private final JobLifecycle lifecycle;
    private final Retries retries;
    private final FineTuningJobs jobs;
    private final ValidationReports reports;
    private final TrainingNeeds needs;

    AttemptFailures(
            JobRelease release,
            JobLifecycle lifecycle,
            Retries retries,
            FineTuningJobs jobs,
            ValidationReports reports,
            TrainingNeeds needs) {
        this.release = release;
        this.lifecycle = lifecycle;
        this.retries = retries;
        this.jobs = jobs;
        this.reports = reports;
        this.needs = needs;
    }

    /**
     * Ends the attempt. A stop request that arrived meanwhile has priority over another try.
     *
     * @param request null if there is none
     */
    void end(Attempt attempt, AttemptFailure failure, StopRequest request) {
        failure.accept(new Ending(attempt, request));
    }

    private final class Ending implements AttemptFailure.Kinds {

        private final Attempt attempt;
        private final StopRequest request;

        private Ending(Attempt attempt, StopRequest request) {
            this.attempt = attempt;
            this.request = request;
        }

        @Override
        public void fatal(AttemptFailure.Fatal fatal) {
            fail(fatal.failure());
        }

        @Override
        public void retryable(AttemptFailure.Retryable retryable) {
            release.close(attempt, Outcome.INTERRUPTED, retryable.sentence());
            release.tryAgain(
                    attempt, "The attempt was interrupted", retryable.sentence(), Map.of("code", retryable.code()));
        }

        @Override
        public void shutdown(AttemptFailure.Shutdown shutdown) {
            release.release(attempt);
        }

        /** The job is tried again after a wait. It fails when its trainers have crashed too often. */
        @Override
        public void crash(AttemptFailure.Crash crash) {
            if (request == StopRequest.CANCEL) {
                release.cancel(attempt);
                return;
            }
            String detail = crash.sentence();
            release.close(attempt, Outcome.CRASHED, detail);
            int crashes = retries.crashed(attempt.job());
            if (crashes >= MOST_CRASHES && request != StopRequest.PAUSE) {
                lifecycle.fail(
                        attempt.job(),
                        new Failure(
                                "trainer_crashed",
                                "The trainer died " + crashes + " times without getting on. The last time: " + detail));
            } else {
                release.tryAgain(
                        attempt, 1L << (crashes - 1), "The trainer died", detail, Map.of("code", "trainer_crashed"));
            }
        }

        @Override
        public void outOfMemory(AttemptFailure.OutOfMemory memory) {
            TrainingSettings settings =
                    jobs.findById(attempt.job()).orElseThrow().resolved();
            Optional<Integer> smaller = attempt.purpose() == Purpose.TRAIN
                    ? smaller(attempt.job(), settings.hyperparameters())
                    : Optional.empty();
            if (smaller.isEmpty()) {
                fail(new Failure("out_of_memory", memory.sentence()));
                return;
            }
            int before = settings.hyperparameters().get(MICRO_BATCH_TOKENS);
            int after = smaller.get();
            needs.resolve(
                    attempt.job(), settings.with(settings.hyperparameters().with(MICRO_BATCH_TOKENS, after)));
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

        private void fail(Failure failure) {
            if (request == StopRequest.CANCEL) {
                release.cancel(attempt);
                return;
            }
            release.close(attempt, Outcome.FAILED, failure.message());
            lifecycle.fail(attempt.job(), failure);
        }
    }

    /**
     * Half of the current micro-batch tokens, but at least the longest row, because a row is never split. Empty if
     * the micro-batch cannot be smaller.
     */
    private Optional<Integer> smaller(String job, Hyperparameters settings) {
        int now = settings.get(MICRO_BATCH_TOKENS);
        int least = longestRow(job, settings.get(MAX_LENGTH));
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
