package io.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import io.attune.sdk.SdkProxy.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service acts, and the answer is lost: of every changing call one answer or two. The SDKs repeat by themselves; each call has one effect,
 * and what they give back is its answer.
 */
@ServiceTest
class LostRepliesTest {

    private static final int CHANGES = 20;
    private static final String TUNED = "ft:" + TestService.MODEL + ":attune:lost:1";

    private static final Pattern STEERED = Pattern.compile("Fine-tuning job (paused|resumed|cancelled)");

    private final TestService service;
    private final Random random = new Random(4);
    private SdkProxy proxy;

    @LocalServerPort
    private int port;

    LostRepliesTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @BeforeEach
    void listen() throws IOException {
        service.empty();
        service.succeededJob("ftjob-tuned", TUNED);
        service.jdbc()
                .sql("""
                        insert into tuned_model (name, project_id, job, base, method, artifact)
                        values (:name, 'default', 'ftjob-tuned', :base, 'lora', :blob)""")
                .param("name", TUNED)
                .param("base", TestService.MODEL)
                .param("blob", "a".repeat(64))
                .update();
        proxy = new SdkProxy(port, () -> 1 + random.nextInt(2));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void repeatsOfOpenaiPythonActOnce() throws Exception {
        List<String> output = SdkProgram.python("lost-replies").run(environment());
        assertOneEffectEach(lastLine(output));
    }

    @Test
    void repeatsOfOpenaiNodeActOnce(@TempDir Path folder) throws Exception {
        List<String> output = SdkProgram.node("lost-replies", folder).run(environment());
        assertOneEffectEach(lastLine(output));
    }

    @Test
    void repeatsOfOpenaiJavaActOnce() {
        assertOneEffectEach(
                new JavaLostReplies(proxy.baseUrl(), PostgresForTests.ADMIN_KEY).run(TestService.MODEL, TUNED));
    }

    private Map<String, String> environment() {
        return Map.of(
                "OPENAI_BASE_URL",
                proxy.baseUrl(),
                "OPENAI_API_KEY",
                PostgresForTests.ADMIN_KEY,
                "ATTUNE_MODEL",
                TestService.MODEL,
                "ATTUNE_TUNED",
                TUNED);
    }

    private static JsonNode lastLine(List<String> output) {
        return JsonMapper.shared().readTree(output.get(output.size() - 1));
    }

    /** @param given what the SDK was given in the end */
    private void assertOneEffectEach(JsonNode given) {
        assertThat(proxy.findings()).isEmpty();
        List<Exchange> changes =
                proxy.exchanges().stream().filter(Exchange::change).toList();
        assertThat(changes).extracting(Exchange::status).containsOnly(200);
        assertThat(changes.stream().filter(change -> change.retry() == 0))
                .hasSize(CHANGES)
                .allMatch(Exchange::lost);
        assertThat(changes.stream().filter(change -> change.retry() == 1))
                .hasSize(CHANGES)
                .anyMatch(Exchange::lost);
        assertThat(changes.stream().filter(change -> !change.lost())).hasSize(CHANGES);

        assertThat(ids("/v1/files?purpose=fine-tune"))
                .containsExactly(given.get("file").asString(), "file-1"); // file-1 is of the seeded job
        assertThat(strings(given.get("parts"))).doesNotHaveDuplicates().hasSize(2);
        assertThat(texts("select id || ' ' || status from upload"))
                .containsExactlyInAnyOrder(
                        given.get("upload").asString() + " completed",
                        given.get("cancelled").asString() + " cancelled");
        assertThat(given.get("upload_status").asString()).isEqualTo("completed");
        assertThat(given.get("cancelled_status").asString()).isEqualTo("cancelled");

        List<String> jobs = strings(given.get("jobs"));
        assertThat(ids("/v1/fine_tuning/jobs")).containsExactly(jobs.get(2), jobs.get(1), jobs.get(0), "ftjob-tuned");
        assertThat(strings(given.get("statuses")))
                .containsExactly("paused", "validating_files", "cancelled", "paused", "validating_files", "paused");
        assertThat(steered(jobs.get(0))).containsExactly("paused", "resumed", "cancelled");
        assertThat(steered(jobs.get(1))).containsExactly("paused", "resumed", "paused");
        assertThat(steered(jobs.get(2))).isEmpty();

        assertThat(given.get("secret").asString()).startsWith("whsec_");
        assertThat(ids("/v1/webhook_endpoints")).isEmpty();
        assertThat(texts("select name from tuned_model")).isEmpty();
        assertThat(strings(given.get("deleted")))
                .containsExactly(
                        TUNED,
                        given.get("endpoint").asString(),
                        given.get("upload_file").asString());
        assertThat(given.get("all_deleted").asBoolean()).isTrue();
    }

    /** What the job's events say that was done to it. */
    private List<String> steered(String job) {
        return service.messages(job).stream()
                .map(STEERED::matcher)
                .filter(Matcher::lookingAt)
                .map(steered -> steered.group(1))
                .toList();
    }

    private List<String> ids(String path) {
        return service.client()
                .get(path)
                .json()
                .get("data")
                .valueStream()
                .map(item -> item.get("id").asString())
                .toList();
    }

    private List<String> texts(String sql) {
        return service.jdbc().sql(sql).query(String.class).list();
    }

    private static List<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
