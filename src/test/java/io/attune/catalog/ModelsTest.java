package io.attune.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class ModelsTest {

    private static final String TUNED = "ft:acme/story-1:attune:rhymes:Ab12";

    @LocalServerPort
    private int port;

    @Autowired
    private DataFolder folder;

    @Autowired
    private JdbcClient jdbc;

    private ApiClient api;

    @BeforeEach
    void addModels() throws IOException {
        api = new ApiClient(port);
        Path model = Files.createDirectories(folder.models().resolve("acme--story-1"));
        Files.writeString(model.resolve("attune.json"), """
                {"name": "acme/story-1", "hub_id": "acme/story-1", "source": "story",
                 "imported_at": "2026-01-31T12:00:00Z",
                 "parameters": 1000, "context": 2048, "weights_sha256": "00"}""");
        Files.createDirectories(folder.models().resolve("unfinished"));
        Files.writeString(
                Files.createDirectories(folder.models().resolve("broken")).resolve("attune.json"), "{");
        addModelWithALinkToTheHost();
        String sha256 = "ab".repeat(32);
        jdbc.sql("insert into blob (sha256, size) values (:blob, 1) on conflict do nothing")
                .param("blob", sha256)
                .update();
        jdbc.sql("""
                        insert into file (id, project_id, filename, purpose, bytes, blob, status)
                        values ('file-m', 'default', 'a', 'fine-tune', 1, :blob, 'processed')
                        on conflict do nothing""").param("blob", sha256).update();
        jdbc.sql("""
                        insert into job
                            (id, project_id, status, model, training_file, training_blob, seed, settings, resolved)
                        values
                            ('ftjob-m', 'default', 'validating_files', 'acme/story-1', 'file-m', :blob, 1, '{}', '{}')
                        on conflict do nothing""").param("blob", sha256).update();
        jdbc.sql("""
                        update job set status = 'queued', rendered_at = now()
                        where id = 'ftjob-m' and status = 'validating_files'""").update();
        jdbc.sql("update job set status = 'running', started_at = now() where id = 'ftjob-m' and status = 'queued'")
                .update();
        jdbc.sql("""
                        update job
                        set status = 'succeeded', finished_at = now(), training_blob = null, fine_tuned_model = :name
                        where id = 'ftjob-m' and status = 'running'""").param("name", TUNED).update();
        jdbc.sql("""
                        insert into tuned_model (name, project_id, job, base, method, artifact, created_at)
                        values (:name, 'default', 'ftjob-m', 'acme/story-1', 'lora', :blob, to_timestamp(1700000000))
                        on conflict do nothing""").param("name", TUNED).param("blob", sha256).update();
        jdbc.sql("""
                        insert into checkpoint (id, job, attempt, step, model, artifact, metrics, created_at)
                        values ('ftckpt-m', 'ftjob-m', 1, 8, :name, :blob, '{}', to_timestamp(1600000000))
                        on conflict do nothing""")
                .param("name", TUNED + ":ckpt-step-8")
                .param("blob", sha256)
                .update();
    }

    private void addModelWithALinkToTheHost() throws IOException {
        Path linked = Files.createDirectories(folder.models().resolve("linked"));
        Files.writeString(
                linked.resolve("attune.json"),
                Files.readString(folder.models().resolve("acme--story-1").resolve("attune.json"))
                        .replace("acme/story-1", "linked"));
        Path link = linked.resolve("generation_config.json");
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, Files.writeString(folder.root().resolve("of the host"), "{}"));
        }
    }

    @Test
    void baseModelsAndTunedModelsAreListedAndWhatIsBrokenIsNot() {
        Answer list = api.get("/v1/models");

        List<String> names = new ArrayList<>();
        list.json()
                .required("data")
                .forEach(model -> names.add(model.required("id").asString()));
        assertThat(list.json().required("object").asString()).isEqualTo("list");
        assertThat(names)
                .contains("acme/story-1", TUNED)
                .doesNotContain("broken", "unfinished", "linked", TUNED + ":ckpt-step-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/story-1", "acme%2Fstory-1", "acme%2fstory-1"})
    void aBaseModelIsFoundWithItsSlashEncodedOrNot(String path) {
        Answer model = api.get("/v1/models/" + path);

        assertThat(model.status()).isEqualTo(200);
        assertThat(model.body())
                .isEqualTo("{\"id\":\"acme/story-1\",\"object\":\"model\",\"created\":1769860800,"
                        + "\"owned_by\":\"system\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ft:acme/story-1:attune:rhymes:Ab12",
                "ft%3Aacme%2Fstory-1%3Aattune%3Arhymes%3AAb12",
                "ft:acme%2Fstory-1:attune:rhymes:Ab12"
            })
    void aTunedModelIsFoundWithItsColonsEncodedOrNot(String path) {
        Answer model = api.get("/v1/models/" + path);

        assertThat(model.status()).isEqualTo(200);
        assertThat(model.json().required("id").asString()).isEqualTo(TUNED);
        assertThat(model.json().required("created").asLong()).isEqualTo(1_700_000_000);
        assertThat(model.json().required("owned_by").asString()).isEqualTo("attune");
    }

    @Test
    void aPublishedCheckpointIsAModelToo() {
        Answer model = api.get("/v1/models/" + TUNED + ":ckpt-step-8");

        assertThat(model.status()).isEqualTo(200);
        assertThat(model.json().required("created").asLong()).isEqualTo(1_600_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4", "acme%2Fstory-2", "acme/story-2", "broken", "linked", "a..b"})
    void anUnknownModelIsRefusedByName(String path) {
        Answer refused = api.get("/v1/models/" + path);

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.error("code")).isEqualTo("model_not_found");
        assertThat(refused.error("param")).isEqualTo("model");
        assertThat(refused.error("message")).contains(path.replace("%2F", "/"));
    }
}
