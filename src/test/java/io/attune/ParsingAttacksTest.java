package io.attune;

import static io.attune.ApiClient.field;
import static io.attune.ApiClient.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JSON that is small to send and large to hold, sent by many at once to a service whose heap would not hold it. */
@ProcessTest
@Timeout(600)
class ParsingAttacksTest {

    private static final String GOOD =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}";

    @TempDir
    private Path data;

    @Test
    void rowsAndBodiesOfManyValuesAtOnceAreRefusedAndTheServiceGoesOn() throws Exception {
        String parameters = "{\"\":17},".repeat(900_000) + "0";
        String row = GOOD.replace(
                "]}",
                "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[" + parameters
                        + "]}}]}");
        String body = "{\"model\":\"m\",\"training_file\":\"f\",\"metadata\":{\"a\":[" + "{},".repeat(21_000) + "{}]}}";
        try (LiveService service = new LiveService(data, "256m", "api").start()) {
            ApiClient api = service.api();
            for (Answer answer : atOnce(10, () -> upload(api, row))) {
                assertThat(answer.status()).as(answer.body()).isIn(400, 503);
                if (answer.status() == 400) {
                    assertThat(answer.error("message")).contains("Line 1", "more than 200000 values");
                }
            }
            for (Answer answer : atOnce(40, () -> api.post("/v1/fine_tuning/jobs", body))) {
                assertThat(answer.status()).as(answer.body()).isIn(400, 503);
            }
            assertThat(upload(api, GOOD).status()).isEqualTo(200);
        }
    }

    private static Answer upload(ApiClient api, String rows) {
        return api.upload(field("purpose", "fine-tune"), file("file", "a.jsonl", rows));
    }

    private static List<Answer> atOnce(int times, Callable<Answer> call) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(times);
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : clients.invokeAll(Collections.nCopies(times, call))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            clients.shutdownNow();
        }
    }
}
