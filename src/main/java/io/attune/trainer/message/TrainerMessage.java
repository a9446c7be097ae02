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
 * What a trainer process says, one JSON object a line, in the property {@code message} the kind. The last message of a process is
 * {@link Finished}, {@link Validated}, {@link Previewed}, {@link Verified}, {@link Tried}, {@link SamplesDone}, {@link Stopped} or {@link Failed}.
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

    /** The model is loaded and work begins. {@code steps} and rows are 0 where nothing is trained. */
    record Started(
            String device, int threads, int steps, int trainingRows, int validationRows, long trainableParameters)
            implements TrainerMessage {}

    /**
     * After {@link Started}: the training goes on from the saved state after {@code step}.
     *
     * @param differences between then and now for which its bits may differ from an undisturbed run's, as in {@code threads: 2, now 1}
     */
    record Resumed(int step, List<String> differences) implements TrainerMessage {

        public Resumed {
            differences = differences == null ? List.of() : List.copyOf(differences);
        }
    }

    /** After {@link Started}: the saved state cannot be used, and the training begins from the start. {@code problem} has no full stop. */
    record NotResumed(String problem) implements TrainerMessage {}

    /**
     * The state after {@code step} lies in {@code folder}, from which a training can go on; this one goes on meanwhile. The folder is the
     * worker's from now on: it reads and deletes it.
     *
     * @param seconds that saving it has taken
     */
    record Saved(int step, String folder, double seconds) implements TrainerMessage {}

    /** Work goes on: said now and then where nothing else is to be said for long. */
    record Alive() implements TrainerMessage {}

    /**
     * One file, tokenised and counted.
     *
     * @param rows those that train
     * @param sequences token sequences of these rows: a row whose turns are rendered differently once others follow has several
     * @param tokens of these rows, once the overlong ones are cut
     * @param lengths of all rows that could be tokenised; null where there are none
     * @param sizes of the rows that train; null where there are none
     * @param controlTokenRows rows whose own text holds control tokens, such as {@code <|im_end|>}
     * @param mergedBorders answers whose first token the tokenizer would merge with the prompt's last; the server's ids are used
     * @param findings at most 50; {@code moreFindings} counts the rest
     * @param warnings what may be wrong though the rows are used: at most 50; {@code moreWarnings} counts the rest
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

    /** The end of {@code validate}. {@code validation} and {@code overlap} are null where there is no validation file. */
    record Validated(FileReport training, FileReport validation, RepeatedRows overlap) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The end of {@code preview}, in the words of the API.
     *
     * @param more whether the file goes on after these rows
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
     * What a row becomes.
     *
     * @param kind of the file's rows, such as {@code chat}; null where it cannot be told
     * @param length tokens of its longest sequence before it is cut; 0 where it could not be tokenised
     * @param truncated whether it is cut to {@code max_length}
     * @param dropped whether it is left out, being longer than that
     * @param sequences in which it trains; empty where it does not
     * @param findings for which it cannot be trained on
     * @param warnings what may be wrong though it is trained on
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

    /** @param pieces that follow each other, from the first token to the last */
    @JsonNaming(SnakeCaseStrategy.class)
    record PreviewedSequence(int tokens, int targetTokens, List<PreviewedPiece> pieces, int[] ids) {}

    /**
     * Tokens side by side that are all learned, or all given.
     *
     * @param text as the tokenizer decodes them after those before
     * @param start index of the first
     * @param end index behind the last
     */
    record PreviewedPiece(String text, boolean target, int start, int end) {}

    /**
     * One optimizer step.
     *
     * @param step 1-based
     * @param loss mean negative log likelihood of the step's target tokens
     * @param tokenAccuracy share of target tokens that were the most likely one
     * @param gradNorm L2 norm before clipping
     * @param learningRate used in this step
     * @param tokens tokens of the step's rows; {@code seconds} its duration
     * @param peakMemoryBytes the most memory of its own that this process had so far, without the pages of libraries; 0: it cannot tell
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

    /** Loss and accuracy on all validation rows after {@code step} (0: before the first). */
    record Evaluated(int step, double loss, double tokenAccuracy, long targetTokens) implements TrainerMessage {}

    /** A published checkpoint was written to {@code folder}, in the layout of the final artifact. */
    record Checkpoint(int step, String folder) implements TrainerMessage {}

    /** What the model says to a prompt; {@code phase} is {@code before} or {@code after} training, {@code sample} otherwise. */
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
     * The end of {@code train}: the artifact lies in {@code folder}.
     *
     * @param trainedTokens tokens of the training rows x epochs
     * @param referenceLoss loss on the reference rows (the validation rows, else the first 16 training rows), which a reload has to give
     */
    record Finished(int steps, long trainedTokens, double referenceLoss, String folder, long peakMemoryBytes)
            implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /** The end of {@code try}: what became of each kind of chat; none where the model has no chat template. */
    record Tried(List<TriedChat> chats) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * A kind of chat.
     *
     * @param problem why the model cannot be trained on it, or null
     * @param warning what is wrong with it though it can, or null
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
     * Stopped as asked, after {@code step} finished steps.
     *
     * @param folder of the state after that step, from which a training can go on; it may be the one of the last {@link Saved}. Null if no
     *     step was finished or it could not be saved
     */
    record Stopped(int step, String folder) implements TrainerMessage {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * Failed: a code for programs, a sentence for people. What is not one of the codes named here is wrong with the job itself, such as
     * {@code invalid_training_file} or {@code loss_not_finite}.
     */
    record Failed(String code, String problem) implements TrainerMessage {

        /** The device is too small for what is computed at once. */
        public static final String OUT_OF_MEMORY = "out_of_memory";
        /** The trainer's Java heap is. */
        public static final String HEAP_FULL = "heap_full";
        /** The tokenizer needs more memory than a trainer may take. */
        public static final String TOKENIZER_MEMORY = "tokenizer_memory";
        /** The disk is full. */
        public static final String NO_SPACE = "no_space";
        /** A file could not be read or written. */
        public static final String IO_ERROR = "io_error";
        /** Native code says something else is wrong. */
        public static final String ENGINE_ERROR = "engine_error";

        /** The file has no row in the line that is to be shown. */
        public static final String NO_SUCH_ROW = "no_such_row";

        /** Said of a trainer that ended for want of memory and could not say so any more. */
        public static Failed memoryIsShort() {
            return new Failed(
                    OUT_OF_MEMORY,
                    "The machine has not enough memory, and the trainer was ended. Smaller micro_batch_tokens or max_length need"
                            + " less.");
        }

        /**
         * Said of a trainer that its tokenizer has ended.
         *
         * @param limit of its memory, for people
         */
        public static Failed tokenizerTakesTooMuch(String limit) {
            return new Failed(
                    TOKENIZER_MEMORY,
                    "The tokenizer asked for more memory than a trainer may take (" + limit
                            + "), and the trainer was ended. Either tokenizer.json makes very much of little text: then"
                            + " import the model with another one. Or a row is very long: then shorten it.");
        }

        /** Said by the trainer, or of one that could not say it any more. */
        public static Failed heapIsFull() {
            return new Failed(
                    HEAP_FULL,
                    "The trainer's Java heap is full: it holds all rows. Train on fewer, or have the service give trainers"
                            + " more by ATTUNE_TRAINER_HEAP.");
        }

        @Override
        public boolean last() {
            return true;
        }
    }
}
