package io.attune.trainer.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The specification of a trainer process: the mode and the files. A path is absolute, or relative to the trainer's
 * working folder. Every setting has a value; none is {@code auto}.
 *
 * <p>In JSON, the property {@code mode} names the kind: {@code {"mode": "train", "model": "/models/smollm2", ...}}.
 */
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
    record ChatSettings(Map<String, Object> chatTemplateKwargs, LocalDateTime renderedAt) {

        /** No variables, and the current time. */
        public static final ChatSettings NONE = new ChatSettings(Map.of(), null);

        public ChatSettings {
            chatTemplateKwargs = chatTemplateKwargs == null
                    ? Map.of()
                    : Collections.unmodifiableMap(new LinkedHashMap<>(chatTemplateKwargs)); // values may be null
        }
    }

    /**
     * How rows become training examples. {@code maxLength} in tokens; {@code overlongRows} is {@code fail}, {@code truncate} or {@code drop};
     * {@code chat} may be absent.
     */
    record Data(Path training, Path validation, int maxLength, String overlongRows, ChatSettings chat) {

        public Data {
            chat = chat == null ? ChatSettings.NONE : chat;
        }
    }

    /** Tokenises every row, counts, and reports findings; trains nothing. */
    record Validate(Path model, String device, int threads, Data data) implements TrainerSpec {}

    /**
     * Shows the tokens of a few rows of the training file. Trains nothing.
     *
     * @param line the line to show, 1-based; 0 for the first {@code rows}
     */
    record Preview(Path model, String device, int threads, Data data, int line, int rows) implements TrainerSpec {}

    /**
     * Opens the tokenizer and chat template of a model that is being imported, and encodes one chat of each kind.
     */
    record Try(Path model, String device, int threads) implements TrainerSpec {}

    /**
     * Trains, and writes under {@code output}: {@code final/} (the artifact), {@code checkpoints/step-N/} (published checkpoints,
     * in the same layout), and {@code resume/step-N/}, the state after step N: now and then while it trains, and when it is stopped.
     *
     * @param baseName the name that goes into adapters as {@code base_model_name_or_path}
     * @param dataChecksum sha256 of the training file, for the artifact's README
     * @param samplePrompts how many prompts to sample before and after (taken from the validation rows, else the training rows)
     * @param initialAdapter a PEFT folder to start the adapter from instead of a fresh initialisation, or null
     * @param resume a folder {@code resume/step-N} of an earlier run of the same specification to go on from, or null
     * @param resumeInterval seconds between two states that are saved while it trains; 0 for none but when it is stopped
     */
    record Train(
            Path model,
            String device,
            int threads,
            Data data,
            Method method,
            Hyperparameters hyperparameters,
            long seed,
            Path output,
            String baseName,
            String dataChecksum,
            int samplePrompts,
            Path initialAdapter,
            Path resume,
            double resumeInterval)
            implements TrainerSpec {}

    /**
     * Loads an artifact as a stranger would and computes the loss on the reference rows, dropout off. {@code artifact} is a PEFT folder
     * or a folder of full weights.
     */
    record Verify(Path model, String device, int threads, Data data, Path artifact) implements TrainerSpec {}

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

    /** What is trained. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Method.Lora.class, name = "lora"),
        @JsonSubTypes.Type(value = Method.Full.class, name = "full")
    })
    sealed interface Method {

        /** PEFT's names and meaning. {@code targetModules} are module names ({@code q_proj}, ...), already resolved from {@code all-linear}. */
        record Lora(int r, double loraAlpha, double loraDropout, List<String> targetModules) implements Method {}

        /** Every weight is trained. {@code randomInit}: start from random weights rather than the model's (a new model). */
        record Full(boolean randomInit) implements Method {}
    }

    /**
     * Resolved hyperparameters, names as in the API.
     *
     * @param nEpochs passes over the training rows, at least 1
     * @param batchSize rows of an optimizer step
     * @param maxSteps ends the run earlier than {@code nEpochs}; 0 for no limit
     * @param lrSchedulerType {@code constant}, {@code linear} or {@code cosine}, counted as transformers does
     * @param microBatchTokens tokens computed at once; never changes the meaning of a step
     * @param evalSteps steps between two validation runs; 0: at the end of each epoch
     * @param checkpointSteps steps between two published checkpoints; 0: at the end of each epoch
     */
    record Hyperparameters(
            int nEpochs,
            int batchSize,
            int maxSteps,
            double learningRate,
            double warmupRatio,
            String lrSchedulerType,
            double weightDecay,
            double maxGradNorm,
            double adamBeta1,
            double adamBeta2,
            double adamEpsilon,
            int microBatchTokens,
            int evalSteps,
            int checkpointSteps) {

        public Hyperparameters withMicroBatchTokens(int tokens) {
            return new Hyperparameters(
                    nEpochs,
                    batchSize,
                    maxSteps,
                    learningRate,
                    warmupRatio,
                    lrSchedulerType,
                    weightDecay,
                    maxGradNorm,
                    adamBeta1,
                    adamBeta2,
                    adamEpsilon,
                    tokens,
                    evalSteps,
                    checkpointSteps);
        }
    }
}
