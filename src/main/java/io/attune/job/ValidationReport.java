package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.Finding;
import io.attune.dataset.RepeatedRows;
import io.attune.dataset.RowLengths;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.stream.Stream;

/**
 * The result of the check of a job's files. The table {@code validation} keeps it as JSON, an event reports it, and
 * {@code ValidationAnswer} shows it.
 *
 * @param validationFile null if the job has none
 * @param overlap rows of the validation file that are also training rows; null if there is no validation file
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ValidationReport(
        @JsonProperty("training_file") CheckedFile trainingFile,
        @JsonProperty("validation_file") CheckedFile validationFile,
        RepeatedRows overlap) {

    /** The result for one file. All rows are counted. */
    @Schema(name = "FineTuningJobCheckedFile")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record CheckedFile(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "file-abc123")
            String id,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Rows that are used.")
            int rows,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "Token sequences of these rows. A row whose turns the chat template writes differently once others"
                                    + " follow gives several, so that each turn is learned as it is served.")
            Integer sequences,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Tokens of these rows, once cut.")
            long tokens,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Those of them that are answers: what is learned.")
            @JsonProperty("target_tokens")
            long targetTokens,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    types = {"object", "null"},
                    description = "How long rows are as they stand in the file; null where none could be read.")
            @JsonProperty("tokens_per_row")
            RowLengths tokensPerRow,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Rows that are cut to max_length.")
            @JsonProperty("truncated_rows")
            int truncatedRows,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Rows that are left out, since they are over max_length.")
            @JsonProperty("dropped_rows")
            int droppedRows,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Rows that say the same as an earlier one; the first few with their lines.")
            @JsonProperty("duplicate_rows")
            RepeatedRows duplicateRows,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "Rows whose own text holds control tokens, such as `<|im_end|>`; `warnings` names them.")
            @JsonProperty("control_token_rows")
            int controlTokenRows,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "Answers whose first token the tokenizer would merge with the prompt's last token. They are trained"
                                    + " with the ids that a server has: the prompt's own, then the answer's.")
            @JsonProperty("merged_borders")
            int mergedBorders,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "What is wrong, where, and how to mend it: at most 50.")
            List<Finding> findings,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "How many findings there are beyond these.")
            @JsonProperty("more_findings")
            int moreFindings,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "What may be wrong, and where, in rows that are used all the same: at most 50.")
            List<Finding> warnings,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "How many warnings there are beyond these.")
            @JsonProperty("more_warnings")
            int moreWarnings) {

        /**
         * Reports from before these fields existed have neither sequences nor warnings. Each row was one sequence
         * then.
         */
        public CheckedFile {
            sequences = sequences == null ? Integer.valueOf(rows) : sequences;
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
        }

        public boolean passed() {
            return findings.isEmpty();
        }
    }

    /** Whether the job can train on the files. */
    public boolean passed() {
        return Stream.of(trainingFile, validationFile).allMatch(file -> file == null || file.passed());
    }
}
