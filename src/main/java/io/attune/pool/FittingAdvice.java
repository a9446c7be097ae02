package io.attune.pool;

import io.attune.estimate.Change;
import io.attune.estimate.Fitting;
import io.attune.estimate.Kind;
import io.attune.estimate.Training;
import io.attune.job.JobJson;
import io.attune.job.StoredEstimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds settings with which jobs would fit that are too large for all slots. A search takes some milliseconds, so
 * the answers are cached.
 */
@Component
class FittingAdvice {

    private static final int MOST_REMEMBERED = 1000;

    private final JdbcClient jdbc;

    private final Map<Question, String> known = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    FittingAdvice(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param estimate the content of the job's column */
    private record Question(String estimate, OptionalLong cpu, OptionalLong gpu) {}

    /** Sentences by job, for jobs that have an estimate. */
    Map<String, String> of(Map<String, Demand> tooLarge, Pool pool) {
        Map<String, String> advice = new HashMap<>();
        if (tooLarge.isEmpty()) {
            return advice;
        }
        jdbc.sql("select id, estimate from job where id = any(:ids) and estimate is not null")
                .param("ids", tooLarge.keySet().toArray(new String[0]))
                .query(row -> {
                    String model = tooLarge.get(row.getString(1)).model();
                    Question question = new Question(
                            row.getString(2), pool.largest(Kind.CPU, model), pool.largest(Kind.CUDA, model));
                    String words = known.get(question);
                    if (words == null) {
                        words = search(question);
                        known.put(question, words);
                    }
                    if (!words.isEmpty()) {
                        advice.put(row.getString(1), words);
                    }
                });
        return advice;
    }

    /** Names the smallest change with which the job would fit into the largest slot of a kind. */
    private static String search(Question question) {
        Training training =
                JobJson.read(question.estimate(), StoredEstimate.class).training();
        List<Change> changes = new ArrayList<>();
        question.cpu()
                .ifPresent(memory -> Fitting.of(training, Kind.CPU, memory).ifPresent(changes::add));
        question.gpu()
                .ifPresent(memory -> Fitting.of(training, Kind.CUDA, memory).ifPresent(changes::add));
        return changes.stream()
                .min(Comparator.comparing((Change change) -> change.type() != null)
                        .thenComparing(change -> change.r() != null)
                        .thenComparing(change -> change.maxLength() != null))
                .map(Change::words)
                .map(words -> words.isEmpty() ? "" : "It would fit with " + words + ".")
                .orElse(
                        "No smaller setting would fit: it needs a worker with more memory, or a larger ATTUNE_CPU_MEMORY.");
    }
}
