package io.attune.job.queue;

import io.attune.api.ApiException;
import io.attune.api.Ids;
import io.attune.catalog.BaseModel;
import io.attune.file.StoredFile;
import io.attune.job.CreateJob;
import io.attune.job.JobJson;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Lora;
import java.security.SecureRandom;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Creates a job and its first events in one transaction. From then on the job keeps the blobs of its files. */
@Service
public class JobCreation {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient jdbc;
    private final JobInputs inputs;
    private final EventLog events;
    private final QueueSignals signals;

    JobCreation(JdbcClient jdbc, JobInputs inputs, EventLog events, QueueSignals signals) {
        this.jdbc = jdbc;
        this.inputs = inputs;
        this.events = events;
        this.signals = signals;
    }

    /** @return the job's id */
    @Transactional
    public String create(String project, CreateJob asked) {
        BaseModel model = inputs.baseModel(project, asked.model());
        checkAgainst(model.limits(), asked);
        StoredFile training = inputs.file(project, asked.files().training(), "training_file");
        StoredFile validation = asked.files().validation() == null
                ? null
                : inputs.file(project, asked.files().validation(), "validation_file");
        String id = Ids.job();
        jdbc.sql("""
                        insert into job (id, project_id, status, priority, model, suffix, training_file, validation_file,
                            training_blob, validation_blob, seed, settings, chat_template_kwargs, metadata)
                        values (:id, :project, 'validating_files', :priority, :model, :suffix, :trainingFile, :validationFile,
                            :trainingBlob, :validationBlob, :seed, :settings::jsonb, :kwargs::json,
                            :metadata::jsonb)""")
                .param("id", id)
                .param("project", project)
                .param("priority", asked.priority())
                .param("model", model.name())
                .param("suffix", asked.suffix())
                .param("trainingFile", training.id())
                .param("validationFile", validation == null ? null : validation.id())
                .param("trainingBlob", hold(training, "training_file"))
                .param("validationBlob", validation == null ? null : hold(validation, "validation_file"))
                .param("seed", asked.seed() == null ? RANDOM.nextInt(Integer.MAX_VALUE) : asked.seed())
                .param("settings", JobJson.text(asked.settings()))
                .param("kwargs", JobJson.text(asked.chatTemplateKwargs()))
                .param("metadata", JobJson.text(asked.metadata()))
                .update();
        events.append(
                id,
                List.of(
                        NewEvent.info("Created fine-tuning job: " + id),
                        NewEvent.info("Validating training file: " + training.id()
                                + (validation == null ? "" : " and validation file: " + validation.id()))));
        signals.jobsChanged();
        return id;
    }

    private static void checkAgainst(BaseModelLimits limits, CreateJob asked) {
        JobInputs.checkLength(asked.settings().hyperparameters(), limits);
        for (String module : asked.settings().tuning().find(Lora.TARGET_MODULES).orElse(List.of())) {
            if (!limits.linearModules().contains(module)) {
                throw ApiException.invalidValue(
                        "training_type.target_modules",
                        "'training_type.target_modules' names '" + module + "'; the linear modules of " + asked.model()
                                + " are " + String.join(", ", limits.linearModules()) + ".");
            }
        }
    }

    /**
     * Returns the blob of a file. A deletion of the file waits for the lock until the transaction that creates the
     * job has ended, so the blob stays.
     */
    private String hold(StoredFile file, String param) {
        return jdbc.sql("select blob from file where id = :id and deleted_at is null for share")
                .param("id", file.id())
                .query(String.class)
                .optional()
                .orElseThrow(
                        () -> ApiException.invalidFile(param, "'" + param + "': there is no file " + file.id() + "."));
    }
}
