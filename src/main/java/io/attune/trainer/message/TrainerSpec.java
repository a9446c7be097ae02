package io.attune.trainer.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.attune.setting.Hyperparameters;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The specification of a trainer process: the mode and the files. A path is absolute, or relative to the trainer's
 * working folder. Every setting has a value; none is {@code auto}.
 *
 * <p>In JSON, the property {@code mode} names the kind: {@code {"mode": "train", "model": "/models/smollm2", ...}}.
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "mode")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrainerSpec.Validate.class, name = "validate"),
    @JsonSubTypes.Type(value = TrainerSpec.Preview.class, name = "preview"),
    @JsonSubTypes.Type(value = TrainerSpec.Train.class, name = "train"),
    @JsonSubTypes.Type(value = TrainerSpec.Verify.class, name = "verify"),
    @JsonSubTypes.Type(value = TrainerSpec.Try.class, name = "try"),
    @JsonSubTypes.Type(value = TrainerSpec.Sample.class, name = "sample")
})
public sealed interface TrainerSpec {

    /** The folder of the base model, in Hugging Face layout. */
    Path model();

    /** {@code cpu} or {@code cuda:N}. */
    String device();

    /** Number of threads for native arithmetic. */
    int threads();

    /**
     * The variables of the chat template in addition to the conversation, for every rendering of rows and samples.
     *
     * @param chatTemplateKwargs variables by name; JSON values in their original order; absent: none
     * @param renderedAt the time that templates print, in UTC; null: the time at which the process opens the model
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record ChatSettings(Map<String, Object> chatTemplateKwargs, LocalDateTime renderedAt) {

        /** No variables, and the current time. */
        public static final ChatSettings NONE = new ChatSettings(Map.of(), null);

        public ChatSettings {
            chatTemplateKwargs = chatTemplateKwargs == null
                    ? Map.of()
                    : Collections.unmodifiableMap(new LinkedHashMap<>(chatTemplateKwargs)); // values may be null
        }
    }

    /** The rows. {@code validation} may be null; {@code chat} may be absent. */
    record Data(Path training, Path validation, ChatSettings chat) {

        public Data {
            chat = chat == null ? ChatSettings.NONE : chat;
        }
    }

    /** Tokenises every row, counts, and reports findings. Trains nothing. */
    record Validate(Path model, String device, int threads, Data data, Hyperparameters hyperparameters)
            implements TrainerSpec {}

    /**
     * Shows the tokens of a few rows of the training file. Trains nothing.
     *
     * @param line the line to show, 1-based; 0 for the first {@code rows}
     */
    record Preview(
            Path model, String device, int threads, Data data, Hyperparameters hyperparameters, int line, int rows)
            implements TrainerSpec {}

    /** Opens the tokenizer and chat template of a model during its import, and encodes one chat of each kind. */
    record Try(Path model, String device, int threads) implements TrainerSpec {}

    /**
     * Trains, and writes three kinds of folders under {@code output}. {@code final/} is the artifact.
     * {@code checkpoints/step-N/} are published checkpoints, in the same layout. {@code resume/step-N/} is the
     * state after step N, written at intervals and when the training is stopped.
     */
    record Train(
            Path model,
            String device,
            int threads,
            Data data,
            TrainingSettings settings,
            long seed,
            Start start,
            Results results)
            implements TrainerSpec {

        /** The tuning of {@link #settings}. */
        public Tuning tuning() {
            return settings.tuning();
        }

        /** The hyperparameters of {@link #settings}. */
        public Hyperparameters hyperparameters() {
            return settings.hyperparameters();
        }
    }

    /**
     * The start of a training.
     *
     * @param randomWeights whether to use random weights instead of the model's weights, for a new model
     * @param adapter a PEFT folder with the initial adapter; null for a new adapter
     * @param resume a folder {@code resume/step-N} of an earlier run of the same specification, to continue from;
     *     or null
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Start(boolean randomWeights, Path adapter, Path resume) {

        /** Starts from the unchanged base model. */
        public static final Start FRESH = new Start(false, null, null);

        public Start resumed(Path folder) {
            return new Start(randomWeights, adapter, folder);
        }
    }

    /**
     * The results of a training.
     *
     * @param output the folder for all results
     * @param baseName the name that adapters contain as {@code base_model_name_or_path}
     * @param dataChecksum SHA-256 of the training file, for the artifact's README
     * @param samplePrompts number of prompts to sample before and after the training; they come from the validation
     *     rows, else from the training rows
     * @param resumeInterval seconds between two saved states during the training; with 0, a state is saved only
     *     when the training is stopped
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Results(Path output, String baseName, String dataChecksum, int samplePrompts, double resumeInterval) {}

    /**
     * Loads an artifact in a fresh process and computes the loss on the reference rows, without dropout.
     *
     * @param hyperparameters the hyperparameters at the end of the training: the same rows and the same micro-batch
     *     tokens
     * @param artifact a PEFT folder or a folder of full weights
     */
    record Verify(Path model, String device, int threads, Data data, Hyperparameters hyperparameters, Path artifact)
            implements TrainerSpec {}

    /**
     * Generates greedily, one {@link TrainerMessage.Sample} for each prompt. With {@code interactive}, reads
     * further prompts from standard input, one JSON array of messages per line, and streams text as
     * {@link TrainerMessage.Text}.
     *
     * @param adapter a PEFT folder to apply, or null
     * @param chat may be absent
     */
    record Sample(
            Path model,
            String device,
            int threads,
            Path adapter,
            List<List<ChatTurn>> prompts,
            int maxNewTokens,
            boolean interactive,
            ChatSettings chat)
            implements TrainerSpec {

        public Sample {
            chat = chat == null ? ChatSettings.NONE : chat;
        }
    }

    /** One turn of a conversation. */
    record ChatTurn(String role, String content) {}
}
