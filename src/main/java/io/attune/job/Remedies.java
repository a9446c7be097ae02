package io.attune.job;

import io.attune.estimate.Change;
import io.attune.estimate.Fitting;
import io.attune.estimate.Kind;
import io.attune.estimate.Training;
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

/** Says with which settings jobs would fit that are too large for all slots. To search takes some milliseconds, so answers are remembered. */
@Component
class Remedies {

    private static final int MOST_REMEMBERED = 1000;

    private final JdbcClient jdbc;

    private final Map<Question, String> known = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    Remedies(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param estimate the job's column */
    private record Question(String estimate, OptionalLong cpu, OptionalLong gpu) {}

    /** Sentences by job, for those that have an estimate. */
    Map<String, String> of(Map<String, Demand> tooLarge, Pool pool) {
        Map<String, String> remedies = new HashMap<>();
        if (tooLarge.isEmpty()) {
            return remedies;
        }
        jdbc.sql("select id, estimate from job where id = any(:ids) and estimate is not null")
                .param("ids", tooLarge.keySet().toArray(new String[0]))
                .query(row -> {
                    String model = tooLarge.get(row.getString(1)).model();
                    Question question = new Question(
                            row.getString(2), pool.largest(Kind.CPU, model), pool.largest(Kind.CUDA, model));
                    String remedy = known.get(question);
                    if (remedy == null) {
                        remedy = search(question);
                        known.put(question, remedy);
                    }
                    if (!remedy.isEmpty()) {
                        remedies.put(row.getString(1), remedy);
                    }
                });
        return remedies;
    }

    /** By the smallest change with which it would fit the largest slot of some kind. */
    private static String search(Question question) {
        Training training =
                JobJson.read(question.estimate(), MemoryNeeds.Stored.class).training();
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
