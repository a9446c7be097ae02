package io.attune.trainer;

import io.attune.checksum.Sha256;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Tuning;
import io.attune.text.TokenRow;
import io.attune.text.TokenSequence;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties that identify a training. A state of another training is refused.
 *
 * @param baseModel checksum of the model's configuration and of samples of each weight; it distinguishes large
 *     models quickly
 * @param trainingRows checksum of the rows as tokens; it covers the file, the tokenizer, the chat template and
 *     {@code max_length}
 * @param validationRows likewise; null without validation rows
 * @param hyperparameters without {@code micro_batch_tokens}, which does not change the meaning of a step
 */
record TrainingIdentity(
        String baseModel,
        String trainingRows,
        String validationRows,
        Tuning tuning,
        Hyperparameters hyperparameters,
        long seed) {

    private static final int SAMPLE = 4096; // bytes

    static TrainingIdentity of(TrainerSpec.Train spec, List<TokenRow> training, List<TokenRow> validation)
            throws IOException {
        return new TrainingIdentity(
                baseModel(spec),
                rows(training),
                validation.isEmpty() ? null : rows(validation),
                spec.tuning(),
                spec.hyperparameters().without(Hyperparameters.MICRO_BATCH_TOKENS),
                spec.seed());
    }

    /** @throws ModelFormatException if {@code saved} is another training; the message names the difference */
    void requireSame(TrainingIdentity saved, TrainerSpec.Train spec, JsonMapper json) {
        if (!baseModel.equals(saved.baseModel)) {
            throw new ModelFormatException("it was trained on another base model than the one that "
                    + spec.results().baseName() + " is now, in " + spec.model());
        }
        if (!trainingRows.equals(saved.trainingRows)) {
            throw new ModelFormatException(
                    "its training rows were others: the file, the tokenizer or the chat template has changed");
        }
        if (!Objects.equals(validationRows, saved.validationRows)) {
            throw new ModelFormatException(
                    "its validation rows were others: the file, the tokenizer or the chat template has changed");
        }
        if (seed != saved.seed) {
            throw new ModelFormatException("its seed was " + saved.seed + " and is " + seed);
        }
        requireSame(json.valueToTree(saved.tuning), json.valueToTree(tuning));
        requireSame(json.valueToTree(saved.hyperparameters), json.valueToTree(hyperparameters));
    }

    private static void requireSame(JsonNode then, JsonNode now) {
        TreeSet<String> names = new TreeSet<>(then.propertyNames());
        names.addAll(now.propertyNames());
        for (String name : names) {
            if (!then.path(name).equals(now.path(name))) {
                throw new ModelFormatException("its " + name + " was " + then.path(name) + " and is " + now.path(name));
            }
        }
    }

    private static String baseModel(TrainerSpec.Train spec) throws IOException {
        Path folder = spec.model();
        Sha256 checksum = new Sha256().add(Files.readAllBytes(folder.resolve("config.json")));
        if (spec.start().randomWeights()) {
            return checksum.hex(); // has no weights yet
        }
        try (Safetensors weights = Safetensors.open(folder)) {
            for (String name : new TreeSet<>(weights.names())) {
                checksum.add((name + " " + weights.dtype(name) + " " + weights.bytes(name) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                sample(checksum, weights, name);
            }
        }
        return checksum.hex();
    }

    /** Adds the beginning, the middle and the end of a weight to the checksum. */
    private static void sample(Sha256 checksum, Safetensors weights, String name) {
        long length = weights.bytes(name);
        int size = (int) Math.min(SAMPLE, length);
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (long start : new long[] {0, (length - size) / 2, length - size}) {
            weights.read(name, start, bytes.clear());
            checksum.add(bytes);
        }
    }

    private static String rows(List<TokenRow> rows) {
        Sha256 checksum = new Sha256();
        for (TokenRow row : rows) {
            checksum.add(ByteBuffer.allocate(4).putInt(row.sequences().size()).flip());
            for (TokenSequence sequence : row.sequences()) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(4 + 5 * sequence.length()).putInt(sequence.length());
                for (int i = 0; i < sequence.length(); i++) {
                    bytes.putInt(sequence.ids()[i]).put((byte) (sequence.target()[i] ? 1 : 0));
                }
                checksum.add(bytes.flip());
            }
        }
        return checksum.hex();
    }
}
