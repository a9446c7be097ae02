package io.attune.trainer.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.attune.dataset.Finding;
import io.attune.dataset.RepeatedRows;
import io.attune.dataset.RowLengths;
import io.attune.dataset.RowSizes;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A message of a trainer process: one JSON object per line. Its property {@code message} names the kind. The last
 * message of a process is {@link Finished}, {@link Validated}, {@link Previewed}, {@link Verified}, {@link Tried},
 * {@link SamplesDone}, {@link Stopped} or {@link Failed}.
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrainerMessage.Started.class, name = "started"),
    @JsonSubTypes.Type(value = TrainerMessage.Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = TrainerMessage.NotResumed.class, name = "not_resumed"),
    @JsonSubTypes.Type(value = TrainerMessage.Saved.class, name = "saved"),
    @JsonSubTypes.Type(value = TrainerMessage.Alive.class, name = "alive"),
    @JsonSubTypes.Type(value = TrainerMessage.Validated.class, name = "validated"),
    @JsonSubTypes.Type(value = TrainerMessage.Previewed.class, name = "previewed"),
    @JsonSubTypes.Type(value = TrainerMessage.Step.class, name = "step"),
    @JsonSubTypes.Type(value = TrainerMessage.Evaluated.class, name = "evaluated"),
    @JsonSubTypes.Type(value = TrainerMessage.Checkpoint.class, name = "checkpoint"),
    @JsonSubTypes.Type(value = TrainerMessage.Sample.class, name = "sample"),
    @JsonSubTypes.Type(value = TrainerMessage.Text.class, name = "text"),
    @JsonSubTypes.Type(value = TrainerMessage.SamplesDone.class, name = "samples_done"),
    @JsonSubTypes.Type(value = TrainerMessage.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = TrainerMessage.Verified.class, name = "verified"),
    @JsonSubTypes.Type(value = TrainerMessage.Tried.class, name = "tried"),
    @JsonSubTypes.Type(value = TrainerMessage.Stopped.class, name = "stopped"),
    @JsonSubTypes.Type(value = TrainerMessage.Failed.class, name = "failed")
})
public sealed interface TrainerMessage {

    /** Whether this is the last message of a process. */
    default boolean last() {
        return false;
    }

    /**
     * The model is loaded and work begins. {@code steps} and the numbers of rows are 0 for modes other than
     * {@code train}.
     */
    record Started(
            String device, int threads, int steps, int trainingRows, int validationRows, long trainableParameters)
            implements TrainerMessage {}

    /**
     * The training continues from the saved state after {@code step}. Follows {@link Started}.
     *
     * @param differences differences from the earlier run, such as {@code threads: 2, now 1}. With differences, the
     *     bits of the results may differ from an uninterrupted run
     */
    record Resumed(int step, List<String> differences) implements TrainerMessage {

        public Resumed {
            differences = differences == null ? List.of() : List.copyOf(differences);
        }
    }

    /**
     * The saved state cannot be used, and the training starts from the beginning. Follows {@link Started}.
     * {@code problem} has no full stop.
     */
    record NotResumed(String problem) implements TrainerMessage {}

    /**
     * The state after {@code step} is in {@code folder}; a training can resume from it. This training continues.
     * The worker owns the folder from now on: it reads and deletes it.
     *
     * @param seconds duration of the save
     */
    record Saved(int step, String folder, double seconds) implements TrainerMessage {}

    /** The work continues. Sent from time to time when there is no other message. */
    record Alive() implements TrainerMessage {}

    /**
     * The tokens, counts and findings of one file.
     *
     * @param rows rows that are trained on
     * @param sequences token sequences of these rows; a row has several if the template writes a turn differently
     *     when other turns follow
     * @param tokens tokens of these rows, after overlong rows are cut
     * @param lengths lengths of all rows that could be tokenised; null without such rows
     * @param sizes sizes of the rows that are trained on; null without such rows
     * @param controlTokenRows rows whose own text contains control tokens, such as {@code <|im_end|>}
     * @param mergedBorders answers whose first token the tokenizer would merge with the last token of the prompt;
     *     training uses the ids that a server has
     * @param findings at most 50; {@code moreFindings} counts the rest
     * @param warnings possible problems of rows that are used: at most 50; {@code moreWarnings} counts the rest
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record FileReport(
            int rows,
            int sequences,
            long tokens,
            long targetTokens,
            RowLengths lengths,
            RowSizes sizes,
            int truncatedRows,
            int droppedRows,
            RepeatedRows duplicates,
            int controlTokenRows,
            int mergedBorders,
            List<Finding> findings,
            int moreFindings,
            List<Finding> warnings,
            int moreWarnings) {}

    /** The end of {@code validate}. {@code validation} and {@code overlap} are null without a validation file. */
    record Validated(FileReport training, FileReport validation, RepeatedRows overlap) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The end of {@code preview}, with the field names of the API.
     *
     * @param more whether the file continues after these rows
     */
    record Previewed(
            List<PreviewedRow> rows,
            @JsonProperty("has_more") boolean more) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The tokens of a row.
     *
     * @param kind kind of the row, such as {@code chat}; null if it is not known
     * @param length tokens of the longest sequence before cutting; 0 if the row could not be tokenised
     * @param truncated whether the row is cut to {@code max_length}
     * @param dropped whether the row is left out because it exceeds {@code max_length}
     * @param sequences sequences that are trained on; empty if the row is not trained on
     * @param findings reasons why the row cannot be trained on
     * @param warnings possible problems of a row that is trained on
     */
    record PreviewedRow(
            int line,
            String kind,
            int length,
            boolean truncated,
            boolean dropped,
            List<PreviewedSequence> sequences,
            List<Finding> findings,
            List<Finding> warnings) {}

    /** @param pieces adjacent pieces, from the first token to the last */
    @JsonNaming(SnakeCaseStrategy.class)
    record PreviewedSequence(int tokens, int targetTokens, List<PreviewedPiece> pieces, int[] ids) {}

    /**
     * Adjacent tokens that are all targets, or all context.
     *
     * @param text the text of the tokens, decoded together with the tokens before them
     * @param start index of the first token
     * @param end index after the last token
     */
    record PreviewedPiece(String text, boolean target, int start, int end) {}

    /**
     * One optimizer step.
     *
     * @param step 1-based
     * @param loss mean negative log likelihood of the step's target tokens
     * @param tokenAccuracy share of target tokens that the model thought most likely
     * @param gradNorm L2 norm before clipping
     * @param learningRate learning rate of this step
     * @param tokens tokens of the step's rows
     * @param seconds duration of the step
     * @param peakMemoryBytes highest memory use of this process so far, without pages of library files; 0 if
     *     unknown
     */
    record Step(
            int step,
            int steps,
            int epoch,
            double loss,
            double tokenAccuracy,
            double gradNorm,
            double learningRate,
            int rows,
            long tokens,
            long targetTokens,
            double seconds,
            long peakMemoryBytes)
            implements TrainerMessage {}

    /** The loss and accuracy on all validation rows after {@code step}. Step 0 is before the first step. */
    record Evaluated(int step, double loss, double tokenAccuracy, long targetTokens) implements TrainerMessage {}

    /** A published checkpoint is in {@code folder}, in the layout of the final artifact. */
    record Checkpoint(int step, String folder) implements TrainerMessage {}

    /**
     * The model's answer to a prompt. {@code phase} is {@code before} or {@code after} training, {@code sample}
     * otherwise.
     */
    record Sample(String phase, int index, List<TrainerSpec.ChatTurn> prompt, String completion, int tokens)
            implements TrainerMessage {}

    /** A piece of streamed text; {@code done} ends the turn. */
    record Text(String text, boolean done) implements TrainerMessage {}

    /** The end of {@code sample}. */
    record SamplesDone(double tokensPerSecond) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The end of {@code train}: the artifact is in {@code folder}.
     *
     * @param trainedTokens tokens of the rows of all steps
     * @param referenceLoss loss on the reference rows, which are the validation rows, else the first 16 training
     *     rows. The reloaded artifact must reproduce this loss
     */
    record Finished(int steps, long trainedTokens, double referenceLoss, String folder, long peakMemoryBytes)
            implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /** The end of {@code try}: the result for each kind of chat; empty if the model has no chat template. */
    record Tried(List<TriedChat> chats) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The result for a kind of chat.
     *
     * @param problem why the model cannot be trained on this kind of chat, or null
     * @param warning what is wrong although the model can be trained on it, or null
     */
    record TriedChat(String chat, String problem, String warning) {}

    /** The end of {@code verify}: the loss of the reloaded artifact on the reference rows. */
    record Verified(double referenceLoss) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The process stopped on request, after {@code step} finished steps.
     *
     * @param folder folder of the state after that step, from which a training can resume; it may be the folder of
     *     the last {@link Saved}. Null if no step was finished, or if the state could not be saved
     */
    record Stopped(int step, String folder) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The process failed: a code for programs, and a sentence for people. Codes without a constant here name a
     * fault of the job itself, such as {@code invalid_training_file} or {@code loss_not_finite}.
     */
    record Failed(String code, String problem) implements TrainerMessage {

        /** The device has too little memory for one micro-batch. */
        public static final String OUT_OF_MEMORY = "out_of_memory";
        /** The trainer's Java heap is full. */
        public static final String HEAP_FULL = "heap_full";
        /** The tokenizer needs more memory than a trainer may take. */
        public static final String TOKENIZER_MEMORY = "tokenizer_memory";
        /** The disk is full. */
        public static final String NO_SPACE = "no_space";
        /** A file could not be read or written. */
        public static final String IO_ERROR = "io_error";
        /** Native code reports another error. */
        public static final String ENGINE_ERROR = "engine_error";

        /** The file has no row in the requested line. */
        public static final String NO_SUCH_ROW = "no_such_row";

        /** The message for a trainer that ended because of a lack of memory, and could not send a message. */
        public static Failed memoryIsShort() {
            return new Failed(
                    OUT_OF_MEMORY,
                    "The machine has not enough memory, and the trainer was ended. Smaller micro_batch_tokens or"
                            + " max_length need less.");
        }

        /**
         * The message for a trainer that ended because of its tokenizer.
         *
         * @param limit the memory limit of the trainer, for people
         */
        public static Failed tokenizerTakesTooMuch(String limit) {
            return new Failed(
                    TOKENIZER_MEMORY,
                    "The tokenizer asked for more memory than a trainer may take (" + limit
                            + "), and the trainer was ended. Either tokenizer.json makes very much of little text: then"
                            + " import the model with another one. Or a row is very long: then shorten it.");
        }

        /**
         * The message about a full heap. The trainer sends it, or the worker uses it for a trainer that could not
         * send it.
         */
        public static Failed heapIsFull() {
            return new Failed(
                    HEAP_FULL,
                    "The trainer's Java heap is full, because it holds all rows. Train on fewer rows, or give trainers"
                            + " more heap: set ATTUNE_TRAINER_HEAP of the service.");
        }

        @Override
        public boolean last() {
            return true;
        }
    }
}
