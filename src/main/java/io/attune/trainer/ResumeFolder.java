package io.attune.trainer;

import io.attune.checksum.Sha256;
import io.attune.disk.Durable;
import io.attune.format.ModelFormatException;
import io.attune.json.StrictJson;
import io.attune.model.TrainingState;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder with the state from which a training resumes. The folder is written under another name, forced to disk,
 * then renamed. A folder with the final name is therefore complete. Checksums detect later changes.
 *
 * <pre>
 * SHA256SUMS            of the other two files, in the format of sha256sum
 * state.json            {"format": 2, "position", "identity", "conditions"}
 * tensors.safetensors   written by {@link TrainingState}
 * </pre>
 *
 * Learning rate, rows and dropout of a step are functions of seed and step. Identity and position determine them,
 * so the folder contains no random state.
 */
final class ResumeFolder {

    private static final int FORMAT = 2;
    private static final String STATE = "state.json";
    private static final String TENSORS = "tensors.safetensors";
    private static final String CHECKSUMS = "SHA256SUMS";
    static final List<String> FILES = List.of(STATE, TENSORS, CHECKSUMS);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private record State(int format, Position position, TrainingIdentity identity, Conditions conditions) {}

    /** @param differences differences in the conditions, after which bits may differ */
    record Restored(Position position, List<String> differences) {}

    private final TrainingState tensors;
    private final TrainerSpec.Train spec;
    private final TrainingIdentity identity;
    private final Conditions conditions;
    private final Heartbeat heartbeat;

    ResumeFolder(
            TrainingState tensors,
            TrainerSpec.Train spec,
            TrainingIdentity identity,
            Conditions conditions,
            Heartbeat heartbeat) {
        this.tensors = tensors;
        this.spec = spec;
        this.identity = identity;
        this.conditions = conditions;
        this.heartbeat = heartbeat;
    }

    /** Writes {@code folder}, which must not exist. If the disk has no room, deletes the incomplete folder. */
    void write(Path folder, Position position) throws IOException {
        Path beside = folder.resolveSibling(folder.getFileName() + ".part");
        Files.createDirectories(beside);
        try {
            Path file = beside.resolve(TENSORS);
            tensors.write(file, heartbeat::alive);
            byte[] state = JSON.writeValueAsBytes(new State(FORMAT, position, identity, conditions));
            write(beside.resolve(STATE), state);
            String checksums = line(STATE, Sha256.of(state)) + line(TENSORS, Sha256.of(file, heartbeat::alive));
            write(beside.resolve(CHECKSUMS), checksums.getBytes(StandardCharsets.UTF_8));
            Durable.sync(beside);
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
            Durable.sync(folder.getParent());
        } catch (IOException e) {
            for (String name : FILES) {
                Files.deleteIfExists(beside.resolve(name));
            }
            Files.deleteIfExists(beside);
            throw e;
        }
    }

    /**
     * Restores the training from {@code folder}.
     *
     * @throws ModelFormatException if the folder is incomplete, altered or from another training; nothing was
     *     changed then
     */
    Restored read(Path folder) throws IOException {
        requireUnaltered(folder);
        State state = state(folder.resolve(STATE));
        identity.requireSame(state.identity(), spec, JSON);
        tensors.read(folder.resolve(TENSORS), state.position().step(), heartbeat::alive);
        return new Restored(state.position(), conditions.differencesFrom(state.conditions()));
    }

    private void requireUnaltered(Path folder) throws IOException {
        for (String name : FILES) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new ModelFormatException(name + " is not there");
            }
        }
        List<String> checksums = Files.readString(folder.resolve(CHECKSUMS), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        for (String name : List.of(STATE, TENSORS)) {
            String now = Sha256.of(folder.resolve(name), heartbeat::alive);
            if (!checksums.contains(line(name, now).strip())) {
                throw new ModelFormatException(name + " is not as it was written: its checksum differs");
            }
        }
    }

    private static State state(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        try {
            int format = JSON.readTree(json).path("format").asInt(0);
            if (format != FORMAT) {
                throw new ModelFormatException("it has the format " + format + ", and " + FORMAT + " is read");
            }
            return JSON.readValue(json, State.class);
        } catch (JacksonException e) {
            throw new ModelFormatException(
                    STATE + " cannot be read: " + StrictJson.problem(json, "it is not laid out as a saved state."));
        }
    }

    private static String line(String name, String checksum) {
        return checksum + "  " + name + "\n";
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Durable.sync(file);
    }
}
