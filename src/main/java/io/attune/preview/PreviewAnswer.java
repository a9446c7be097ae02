package io.attune.preview;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.Finding;
import io.attune.job.api.PreviewRequest;
import io.attune.setting.Hyperparameters;
import io.attune.trainer.message.TrainerMessage.Previewed;
import io.attune.trainer.message.TrainerMessage.PreviewedPiece;
import io.attune.trainer.message.TrainerMessage.PreviewedRow;
import io.attune.trainer.message.TrainerMessage.PreviewedSequence;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The answer to a preview: the token sequences that rows become. OpenAI has no such object. */
@Schema(name = "FineTuningPreview")
@JsonInclude(JsonInclude.Include.ALWAYS)
record PreviewAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine_tuning.preview")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String model,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("training_file")
        String trainingFile,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Longest row in tokens.")
        @JsonProperty("max_length")
        int maxLength,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "In the order of the file. After 200,000 tokens no further row is shown.")
        List<Row> rows,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Whether the file goes on after these rows.")
        @JsonProperty("has_more")
        boolean hasMore) {

    @Schema(name = "FineTuningPreviewRow")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Row(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            int line,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    types = {"string", "null"},
                    description = "What the row is: `chat`, `completion` or `text`; null where it cannot be told.")
            String kind,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Tokens of its longest sequence before it is cut; 0 where it could not be tokenised.")
            int length,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Whether it is cut to max_length.")
            boolean truncated,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether it is left out, being longer than max_length.")
            boolean dropped,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "Token sequences in which it trains; none where it does not. It has several if the chat template"
                                    + " writes its turns differently once others follow.")
            List<Sequence> sequences,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Why it cannot be trained on, and how to mend it.")
            List<Finding> findings,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "What may be wrong though it is trained on.")
            List<Finding> warnings) {

        static Row of(PreviewedRow row) {
            return new Row(
                    row.line(),
                    row.kind(),
                    row.length(),
                    row.truncated(),
                    row.dropped(),
                    row.sequences().stream().map(Sequence::of).toList(),
                    row.findings(),
                    row.warnings());
        }
    }

    @Schema(name = "FineTuningPreviewSequence")
    record Sequence(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            int tokens,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Those of them that are learned.")
            @JsonProperty("target_tokens")
            int targetTokens,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "The text, from its first token to its last: what is given and what is learned in turn.")
            List<Piece> pieces,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "The tokens' ids.")
            int[] ids) {

        static Sequence of(PreviewedSequence sequence) {
            return new Sequence(
                    sequence.tokens(),
                    sequence.targetTokens(),
                    sequence.pieces().stream().map(Piece::of).toList(),
                    sequence.ids());
        }
    }

    @Schema(name = "FineTuningPreviewPiece")
    record Piece(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Its text, with control tokens as they are written.")
            String text,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether its tokens are learned; those of other pieces are given.")
            boolean target,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Where it begins in `ids`.")
            int start,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Where it ends in `ids`: the index behind it.")
            int end) {

        static Piece of(PreviewedPiece piece) {
            return new Piece(piece.text(), piece.target(), piece.start(), piece.end());
        }
    }

    static PreviewAnswer of(PreviewRequest asked, Previewed previewed) {
        return new PreviewAnswer(
                "fine_tuning.preview",
                asked.model().name(),
                asked.fileId(),
                asked.hyperparameters().get(Hyperparameters.MAX_LENGTH),
                previewed.rows().stream().map(Row::of).toList(),
                previewed.more());
    }
}
