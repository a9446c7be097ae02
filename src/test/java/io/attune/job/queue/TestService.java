package io.attune.job.queue;

import io.attune.ApiClient;
import io.attune.ServiceTest;
import io.attune.dataset.Finding;
import io.attune.dataset.RepeatedRows;
import io.attune.dataset.RowLengths;
import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Purpose;
import io.attune.job.ValidationReport;
import io.attune.job.ValidationReport.CheckedFile;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Hyperparameters;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The shared service of a {@link ServiceTest}, and what tests of jobs put into it. Each test begins with {@link #empty}. */
public final class TestService {

    private static final Logger log = LoggerFactory.getLogger(TestService.class);

    public static final String MODEL = "tiny/llama";

    private final ApplicationContext context;

    public TestService(ApplicationContext context) {
        this.context = context;
        try {
            Path model = Files.createDirectories(bean(DataFolder.class).models().resolve("tiny"));
            Files.writeString(model.resolve("config.json"), """
                    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 64, "hidden_size": 16,
                     "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
                     "max_position_embeddings": 128, "rms_norm_eps": 1e-5}""");
            Files.writeString(model.resolve("attune.json"), """
                    {"name": "%s", "hub_id": null, "source": "test", "imported_at": "2026-01-31T12:00:00Z", "parameters": 1000,
                     "context": 128, "weights_sha256": "%s"}""".formatted(MODEL, "0".repeat(64)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public JdbcClient jdbc() {
        return bean(JdbcClient.class);
    }

    public ApiClient client() {
        return new ApiClient(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    }

    /** Takes all jobs and files away, and registers the worker {@code w}, whose only slot, {@code cpu}, has room for anything. */
    public TestService empty() {
        truncate();
        jdbc().sql("insert into worker (id, host, pid, devices) values ('w', 'here', 1, 'cpu')")
                .update();
        jdbc().sql("insert into worker_slot (worker, name, kind, memory) values ('w', 'cpu', 'cpu', 1000000000000)")
                .update();
        jdbc().sql("insert into worker_model (worker, model) values ('w', :model)")
                .param("model", MODEL)
                .update();
        return this;
    }

    /** Locks the tables one after the other, while queries in the background may hold the next of them and wait for the one before. */
    private void truncate() {
        boolean done = false;
        while (!done) {
            try {
                jdbc().sql("""
                        truncate job, attempt, event, metric, checkpoint, tuned_model, file, worker, recorded_answer,
                            webhook_endpoint cascade""").update();
                done = true;
            } catch (PessimisticLockingFailureException deadlock) {
                log.info("tables are emptied again: {}", deadlock.getMessage());
            }
        }
    }

    /** A file of the default project with that content, which nothing has checked. @return its id */
    public String file(String id, String purpose, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String sha256 = store(bytes);
        jdbc().sql("""
                        insert into file (id, project_id, filename, purpose, bytes, blob, status, rows)
                        values (:id, 'default', 'rows.jsonl', :purpose, :bytes, :blob, 'processed', 1)""")
                .param("id", id)
                .param("purpose", purpose)
                .param("bytes", bytes.length)
                .param("blob", sha256)
                .update();
        return id;
    }

    /** A job that waits to be validated. @return its id */
    public String job(String id, int priority) {
        jdbc().sql("insert into blob (sha256, size) values (:sha, 1) on conflict do nothing")
                .param("sha", "a".repeat(64))
                .update();
        jdbc().sql("""
                        insert into file (id, project_id, filename, purpose, bytes, blob, status)
                        values ('file-1', 'default', 'rows.jsonl', 'fine-tune', 1, :sha, 'processed') on conflict do nothing""").param("sha", "a".repeat(64)).update();
        jdbc().sql("""
                        insert into job (id, project_id, status, priority, model, training_file, training_blob, seed, settings)
                        values (:id, 'default', 'validating_files', :priority, :model, 'file-1', :sha, 1, :settings::jsonb)""")
                .param("id", id)
                .param("priority", priority)
                .param("model", MODEL)
                .param("sha", "a".repeat(64))
                .param("settings", JobJson.text(settings()))
                .update();
        return id;
    }

    /** A job that waits to be trained. @return its id */
    public String queuedJob(String id, int priority) {
        job(id, priority);
        jdbc().sql("update job set status = 'queued', resolved = :resolved::jsonb, rendered_at = now() where id = :id")
                .param("id", id)
                .param("resolved", JobJson.text(settings().resolve(new BaseModelLimits(128, List.of("q_proj")))))
                .update();
        return id;
    }

    /** What the worker {@code w} gets from the queue. */
    public Optional<Attempt> claim(Purpose purpose) {
        return claim(purpose, Duration.ofSeconds(30));
    }

    public Optional<Attempt> claim(Purpose purpose, Duration lease) {
        return claimed(purpose, lease).map(Claim::attempt);
    }

    /** As {@link #claim}, with all that comes with it. */
    public Optional<Claim> claimed(Purpose purpose, Duration lease) {
        return bean(JobQueue.class).claim(new Slot("w", purpose, "cpu"), lease);
    }

    /** A job that is said to run, though there is no attempt. @return its id */
    public String runningJob(String id, int priority) {
        queuedJob(id, priority);
        jdbc().sql("update job set status = 'running', started_at = now() where id = :id")
                .param("id", id)
                .update();
        return id;
    }

    /** A job that has made the model {@code tuned}, of which there is nothing else. @return its id */
    public String succeededJob(String id, String tuned) {
        runningJob(id, 0);
        jdbc().sql("""
                        update job set status = 'succeeded', finished_at = now(), fine_tuned_model = :tuned, training_blob = null
                        where id = :id""").param("id", id).param("tuned", tuned).update();
        return id;
    }

    static TrainingSettings settings() {
        return new TrainingSettings(Tuning.of(Tuning.Type.LORA), Hyperparameters.AUTO);
    }

    /** Of a training file, with nothing wrong but {@code findings}. */
    public static ValidationReport report(Finding... findings) {
        return new ValidationReport(
                new CheckedFile(
                        "file-1",
                        20,
                        20,
                        100,
                        50,
                        new RowLengths(5, 7.5, 7, 9, 10),
                        0,
                        0,
                        new RepeatedRows(0, List.of()),
                        0,
                        0,
                        List.of(findings),
                        0,
                        List.of(),
                        0),
                null,
                null);
    }

    public String status(String job) {
        return jdbc().sql("select status from job where id = :id")
                .param("id", job)
                .query(String.class)
                .single();
    }

    public List<String> messages(String job) {
        return jdbc().sql("select message from event where job = :id order by seq")
                .param("id", job)
                .query(String.class)
                .list();
    }

    private String store(byte[] bytes) {
        try {
            return bean(BlobStore.class).put(new ByteArrayInputStream(bytes)).sha256();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
