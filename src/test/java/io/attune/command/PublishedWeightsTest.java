package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptJournal;
import io.attune.job.queue.Publication;
import io.attune.job.queue.TestService;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** A tuned model and its checkpoints, found by their names as {@code chat} finds them. */
@ServiceTest
class PublishedWeightsTest {

    @TempDir
    private Path folder;

    private final TestService service;
    private final AttuneClient client;
    private FineTuningJob job;
    private Attempt attempt;

    PublishedWeightsTest(@Autowired ApplicationContext context, @LocalServerPort int port) {
        service = new TestService(context);
        client = new AttuneClient(URI.create("http://127.0.0.1:" + port), PostgresForTests.ADMIN_KEY);
    }

    @BeforeEach
    void publishTwoCheckpoints() throws IOException {
        service.empty().queuedJob("ftjob-other678", 0);
        service.queuedJob("ftjob-12345678", 1);
        job = service.bean(FineTuningJobs.class).findById("ftjob-12345678").orElseThrow();
        attempt = service.claim(Purpose.TRAIN).orElseThrow();
        for (int step = 1; step <= 2; step++) {
            service.bean(AttemptJournal.class).checkpoint(attempt, step, job.checkpointName(step), zip("step " + step));
        }
    }

    @Test
    void aTunedModelIsFoundByItsName() throws Exception {
        service.bean(AttemptEnd.class).succeeded(attempt, new Publication(3, 100, zip("model"), zip("results")));

        assertThat(unzipped(job.tunedModelName())).hasContent("model");
        assertThat(PublishedWeights.find(client, job.tunedModelName()).base()).isEqualTo(TestService.MODEL);
    }

    @Test
    void whatTheJobGaveItsChatTemplateComesWithItsModels() throws Exception {
        service.jdbc()
                .sql("update job set chat_template_kwargs = '{\"enable_thinking\": false}' where id = 'ftjob-12345678'")
                .update();

        assertThat(PublishedWeights.find(client, job.checkpointName(2)).chatTemplateKwargs())
                .containsExactly(Map.entry("enable_thinking", false));
    }

    @Test
    void aCheckpointIsFoundByItsNameAlsoWhileItsJobRuns() throws Exception {
        assertThat(unzipped(job.checkpointName(1))).hasContent("step 1");
    }

    @Test
    void whatIsNotThereIsNamed() {
        for (String name : new String[] {
            job.tunedModelName(), job.checkpointName(3), "ft:tiny/llama:attune:x:12345678", "ft:a:attune::none"
        }) {
            assertThatThrownBy(() -> PublishedWeights.find(client, name))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no tuned model " + name);
        }
    }

    @Test
    void aDeletedModelIsNotFound() throws Exception {
        service.bean(AttemptEnd.class).succeeded(attempt, new Publication(3, 100, zip("model"), zip("results")));
        assertThat(service.client().delete("/v1/models/" + job.tunedModelName()).status())
                .isEqualTo(200);

        assertThatThrownBy(() -> PublishedWeights.find(client, job.tunedModelName()))
                .hasMessageContaining("has no tuned model");
    }

    private Path unzipped(String name) throws Exception {
        client.unzip(PublishedWeights.find(client, name).path(), folder);
        return folder.resolve("weights");
    }

    private Blob zip(String weights) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("weights"));
            zip.write(weights.getBytes(StandardCharsets.UTF_8));
        }
        return service.bean(BlobStore.class).put(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
