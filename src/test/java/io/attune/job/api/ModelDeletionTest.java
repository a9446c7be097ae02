package io.attune.job.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.catalog.TunedModelName;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptJournal;
import io.attune.job.queue.Publication;
import io.attune.job.queue.TestService;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/** A job that succeeded after four steps, with checkpoints at the second and the fourth. */
@ServiceTest
class ModelDeletionTest {

    private static final String JOB = "ftjob-12345678";
    private static final String MODEL = TunedModelName.of(TestService.MODEL, null, JOB);
    private static final String EARLY = MODEL + ":ckpt-step-2";
    private static final String LAST = MODEL + ":ckpt-step-4";

    private final TestService service;
    private Attempt attempt;
    private Blob early;
    private Blob artifact;
    private Blob results;

    ModelDeletionTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @BeforeEach
    void train() throws IOException {
        service.empty().queuedJob(JOB, 0);
        early = store("early");
        artifact = store("artifact");
        results = store("results");
        attempt = service.claim(Purpose.TRAIN).orElseThrow();
        service.bean(AttemptJournal.class).checkpoint(attempt, 2, EARLY, early);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTunedModelGoesWithItsCheckpointsAndItsWeightsAndLeavesJobAndResults(boolean encoded) {
        succeed();
        String file = job().get("artifacts").get(0).asString();

        Answer deleted = delete(encoded ? URLEncoder.encode(MODEL, StandardCharsets.UTF_8) : MODEL);

        assertThat(deleted.status()).as(deleted.body()).isEqualTo(200);
        assertThat(deleted.body()).isEqualTo("{\"id\":\"" + MODEL + "\",\"object\":\"model\",\"deleted\":true}");
        for (String name : List.of(MODEL, EARLY, LAST)) {
            assertThat(get("/v1/models/" + name).error("code")).isEqualTo("model_not_found");
        }
        assertThat(get("/v1/models").body()).doesNotContain(MODEL);
        assertThat(checkpoints()).isEmpty();
        assertThat(get("/v1/files/" + file + "/content").status()).isEqualTo(404);
        assertThat(referred(early)).isFalse();
        assertThat(referred(artifact)).isFalse();

        JsonNode job = job();
        assertThat(job.get("status").asString()).isEqualTo("succeeded");
        assertThat(job.get("fine_tuned_model").asString()).isEqualTo(MODEL);
        assertThat(job.get("artifacts")).isEmpty();
        assertThat(get("/v1/files/" + job.get("result_files").get(0).asString() + "/content")
                        .body())
                .isEqualTo("results");

        Answer again = delete(MODEL);
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.error("code")).isEqualTo("model_not_found");
        assertThat(create(MODEL).error("code")).isEqualTo("model_not_found");
    }

    @Test
    void aCheckpointGoesAlone() {
        succeed();

        assertThat(delete(EARLY).status()).isEqualTo(200);

        assertThat(checkpoints()).containsExactly(LAST);
        assertThat(referred(early)).isFalse();
        assertThat(get("/v1/models/" + MODEL).status()).isEqualTo(200);

        assertThat(delete(LAST).status()).isEqualTo(200);
        assertThat(delete(LAST).error("code")).isEqualTo("model_not_found");

        assertThat(checkpoints()).isEmpty();
        assertThat(get("/v1/files/" + job().get("artifacts").get(0).asString() + "/content")
                        .body())
                .isEqualTo("artifact");
    }

    @Test
    void aCheckpointOfARunningJobStays() {
        Answer refused = delete(EARLY);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("job_not_ended");
        assertThat(refused.error("message")).contains(JOB, "running");
        assertThat(refused.header("x-should-retry")).isEqualTo("false");
        assertThat(checkpoints()).containsExactly(EARLY);
    }

    @Test
    void aBaseModelStays() {
        Answer refused = delete(TestService.MODEL);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("base_model");
        assertThat(refused.error("message")).contains("`" + TestService.MODEL + "`", "models folder");
        assertThat(get("/v1/models/" + TestService.MODEL).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ft:tiny/llama:attune::nothing1", "gpt-9", "ft:tiny/llama:attune::12345678:ckpt-step-3"})
    void anUnknownModelIsNotFound(String name) {
        Answer refused = delete(name);

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.error("code")).isEqualTo("model_not_found");
        assertThat(refused.error("param")).isEqualTo("model");
    }

    @Test
    void aModelOfAnotherProjectIsNotFoundAndStays() {
        succeed();
        service.jdbc()
                .sql("insert into project (id, name) values ('other', 'Other') on conflict do nothing")
                .update();
        service.jdbc().sql("update job set project_id = 'other'").update();
        service.jdbc().sql("update tuned_model set project_id = 'other'").update();

        for (String name : List.of(MODEL, EARLY)) {
            assertThat(delete(name).status()).isEqualTo(404);
            assertThat(create(name).error("code")).isEqualTo("model_not_found");
        }
        assertThat(referred(early)).isTrue();
        assertThat(referred(artifact)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":ckpt-step-2"})
    void ofDeletionsAtOnceOneSucceeds(String checkpoint) {
        succeed();
        String name = MODEL + checkpoint;

        List<Integer> statuses =
                IntStream.range(0, 6)
                        .mapToObj(n ->
                                CompletableFuture.supplyAsync(() -> delete(name).status()))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();

        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 404);
    }

    @Test
    void aJobCannotBeginWithATunedModelNorWithACheckpoint() {
        succeed();

        for (String name : List.of(MODEL, EARLY)) {
            Answer refused = create(name);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.error("code")).isEqualTo("unsupported_model");
            assertThat(refused.error("message")).contains("`" + TestService.MODEL + "`");
        }
    }

    @Test
    void theWeightsOfACheckpointAreDownloadedAlsoWhileItsJobRuns() {
        String id = checkpointPage().get(0).get("id").asString();

        Answer content = get("/v1/fine_tuning/jobs/" + JOB + "/checkpoints/" + id + "/content");

        assertThat(content.status()).as(content.body()).isEqualTo(200);
        assertThat(content.body()).isEqualTo("early");
        assertThat(content.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(content.header("content-disposition")).contains("ft-tiny-llama-attune-12345678-ckpt-step-2.zip");
        assertThat(get("/v1/fine_tuning/jobs/" + JOB + "/checkpoints/ftckpt-x/content")
                        .error("code"))
                .isEqualTo("not_found");
        assertThat(get("/v1/fine_tuning/jobs/ftjob-x/checkpoints/" + id + "/content")
                        .status())
                .isEqualTo(404);
    }

    private void succeed() {
        service.bean(AttemptEnd.class).succeeded(attempt, new Publication(4, 100, artifact, results));
    }

    private Blob store(String bytes) throws IOException {
        return service.bean(BlobStore.class).put(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether something keeps the blob from being swept. */
    private boolean referred(Blob blob) {
        return service.jdbc()
                .sql("""
                        select exists (select from file where blob = :blob) or exists (select from checkpoint where artifact = :blob)
                            or exists (select from tuned_model where artifact = :blob)""")
                .param("blob", blob.sha256())
                .query(Boolean.class)
                .single();
    }

    private JsonNode job() {
        return get("/v1/fine_tuning/jobs/" + JOB).json();
    }

    private List<String> checkpoints() {
        return checkpointPage()
                .valueStream()
                .map(checkpoint -> checkpoint.get("fine_tuned_model_checkpoint").asString())
                .toList();
    }

    private JsonNode checkpointPage() {
        return get("/v1/fine_tuning/jobs/" + JOB + "/checkpoints").json().get("data");
    }

    private Answer create(String model) {
        return service.client()
                .post("/v1/fine_tuning/jobs", "{\"model\": \"" + model + "\", \"training_file\": \"file-1\"}");
    }

    private Answer get(String path) {
        return service.client().get(path);
    }

    private Answer delete(String name) {
        return service.client().delete("/v1/models/" + name);
    }
}
