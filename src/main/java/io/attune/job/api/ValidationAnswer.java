package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.RepeatedRows;
import io.attune.job.FineTuningJob;
import io.attune.job.ValidationReport;
import io.swagger.v3.oas.annotations.media.Schema;

/** The validation report of a job's files. OpenAI has no such object. */
@Schema(name = "FineTuningJobValidation")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ValidationAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine_tuning.job.validation")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ftjob-abc123")
        @JsonProperty("fine_tuning_job_id")
        String job,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description =
                        "pending until the files have been read to their end; nothing else is known then. A job that ends"
                                + " before that leaves it at failed or cancelled.",
                allowableValues = {"pending", "passed", "failed", "cancelled"})
        String status,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"object", "null"})
        @JsonProperty("training_file")
        ValidationReport.CheckedFile trainingFile,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"object", "null"},
                description = "Null where the job has none.")
        @JsonProperty("validation_file")
        ValidationReport.CheckedFile validationFile,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"object", "null"},
                description =
                        "Rows of the validation file that are training rows too: `line` counts in the validation file,"
                                + " `same_as` in the training file. Null where there is no validation file.")
        RepeatedRows overlap) {

    static ValidationAnswer of(FineTuningJob job, ValidationReport report) {
        return new ValidationAnswer(
                "fine_tuning.job.validation",
                job.id(),
                report.passed() ? "passed" : "failed",
                report.trainingFile(),
                report.validationFile(),
                report.overlap());
    }

    /** The answer for a job that has no report. */
    static ValidationAnswer without(FineTuningJob job) {
        String status = job.status().ended() ? job.status().text() : "pending";
        return new ValidationAnswer("fine_tuning.job.validation", job.id(), status, null, null, null);
    }
}
