package io.attune.job.queue;

import io.attune.api.ApiException;
import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.file.FileService;
import io.attune.file.Purpose;
import io.attune.file.StoredFile;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Hyperparameters;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the base model and the files that a request names. Refuses names that do not exist, and inputs that a job
 * cannot train on.
 */
@Component
public class JobInputs {

    private final JdbcClient jdbc;
    private final BaseModels models;
    private final FileService files;

    JobInputs(JdbcClient jdbc, BaseModels models, FileService files) {
        this.jdbc = jdbc;
        this.models = models;
        this.files = files;
    }

    public BaseModel baseModel(String project, String name) {
        return models.find(name).orElseThrow(() -> noBaseModel(project, name));
    }

    private ApiException noBaseModel(String project, String name) {
        return jdbc.sql("""
                        select base from tuned_model where name = :name and project_id = :project
                        union all
                        select j.model from checkpoint c join job j on j.id = c.job
                        where c.model = :name and j.project_id = :project""")
                .param("name", name)
                .param("project", project)
                .query(String.class)
                .optional()
                .map(base -> ApiException.unsupported(
                        "model",
                        "model",
                        "A tuned model cannot be trained further here. Name its base model, `" + base + "`, instead."))
                .orElseGet(() -> ApiException.modelNotFound(name));
    }

    /** Refuses a {@code max_length} above the context length of the base model. */
    public static void checkLength(Hyperparameters asked, BaseModelLimits limits) {
        int maxLength = asked.find(Hyperparameters.MAX_LENGTH).orElse(limits.context());
        if (maxLength > limits.context()) {
            String field = "method.supervised.hyperparameters.max_length";
            throw ApiException.invalidValue(
                    field,
                    "'" + field + "' is " + maxLength + "; the model's context is " + limits.context() + " tokens.");
        }
    }

    /**
     * Finds a training or validation file.
     *
     * @param param the field of the request that names the file
     */
    public StoredFile file(String project, String id, String param) {
        StoredFile file = files.find(project, id)
                .orElseThrow(() -> ApiException.invalidFile(param, "'" + param + "': there is no file " + id + "."));
        if (file.purpose() != Purpose.FINE_TUNE) {
            throw ApiException.invalidFile(
                    param,
                    "'" + param + "': the file " + id + " has purpose "
                            + file.purpose().wireName() + "; upload the rows with purpose "
                            + Purpose.FINE_TUNE.wireName() + ".");
        }
        return file;
    }
}
