package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.body.JsonFields;
import io.attune.catalog.BaseModel;
import io.attune.file.StoredFile;
import io.attune.job.queue.JobInputs;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Tuning;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads a request for a preview. Uses the same rules and messages as {@link CreateJobReader}. */
@Component
public class PreviewReader {

    /** Number of rows if the request names none. */
    public static final int USUAL_ROWS = 3;

    public static final int MOST_ROWS = 20;

    private final JobInputs inputs;

    PreviewReader(JobInputs inputs) {
        this.inputs = inputs;
    }

    /** @throws ApiException that says what is wrong with the request, or what it names but does not exist */
    public PreviewRequest read(String project, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        String name = fields.requiredText("model");
        String fileId = fields.requiredText("training_file");
        Integer line = fields.integer("line", 1, Integer.MAX_VALUE);
        Integer rows = fields.integer("limit", 1, MOST_ROWS);
        Map<String, Object> chatTemplateKwargs = ChatTemplateKwargs.read(fields);
        Hyperparameters method = SettingsReader.method(fields);
        fields.refuseOthers();
        if (line != null && rows != null) {
            throw ApiException.invalidValue("limit", "Give either 'line' or 'limit', not both.");
        }
        BaseModel model = inputs.baseModel(project, name);
        BaseModelLimits limits = model.limits();
        Hyperparameters asked = method == null ? Hyperparameters.AUTO : method;
        JobInputs.checkLength(asked, limits);
        StoredFile file = inputs.file(project, fileId, "training_file");
        return new PreviewRequest(
                model,
                file.id(),
                file.blob(),
                asked.resolve(Tuning.Type.LORA, limits),
                chatTemplateKwargs,
                line == null ? 0 : line,
                rows == null ? USUAL_ROWS : rows);
    }
}
