package io.attune.trainer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.format.ModelFormatException;
import io.attune.model.TrainingState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training goes on from, in a folder. It is written beside and then renamed, so a folder of its name is whole; what was altered
 * afterwards is found by checksum.
 *
 * <pre>
 * state.json            {"format": 1, "seed", "steps", "position": {...}, "tensors_sha256"}
 * tensors.safetensors   as {@link TrainingState} writes it
 * </pre>
 */
final class ResumeFolder {

    private static final int FORMAT = 1;
    private static final String STATE = "state.json";
    private static final String TENSORS = "tensors.safetensors";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private record State(
            int format,
            long seed,
            int steps,
            Position position,
            @JsonProperty("tensors_sha256") String tensorsSha256) {}

    private final TrainingState tensors;
    private final StepPlan plan;
    private final Heartbeat heartbeat;

    /** @param plan of the training; a state of another one is refused */
    ResumeFolder(TrainingState tensors, StepPlan plan, Heartbeat heartbeat) {
        this.tensors = tensors;
        this.plan = plan;
        this.heartbeat = heartbeat;
    }

    /** Writes {@code folder}, which must not be there yet. */
    void write(Path folder, Position position) throws IOException {
        Path beside = folder.resolveSibling(folder.getFileName() + ".part");
        Files.createDirectories(beside);
        Path file = beside.resolve(TENSORS);
        tensors.write(file, heartbeat::alive);
        State state = new State(FORMAT, plan.seed(), plan.steps(), position, checksum(file));
        Files.write(beside.resolve(STATE), JSON.writeValueAsBytes(state));
        Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Puts the training back to where {@code folder} was written.
     *
     * @throws ModelFormatException if the folder is torn, altered or of another training; then nothing was changed
     */
    Position read(Path folder) throws IOException {
        State state = state(folder.resolve(STATE));
        if (state.format() != FORMAT) {
            throw new ModelFormatException("it has the format " + state.format() + ", and " + FORMAT + " is read");
        }
        if (state.seed() != plan.seed() || state.steps() != plan.steps()) {
            throw new ModelFormatException(
                    "it is of another training, of " + state.steps() + " steps and the seed " + state.seed());
        }
        Path file = folder.resolve(TENSORS);
        if (!Files.isRegularFile(file) || !checksum(file).equals(state.tensorsSha256())) {
            throw new ModelFormatException(TENSORS + " is not as it was written: its checksum differs");
        }
        tensors.read(file, state.position().step(), heartbeat::alive);
        return state.position();
    }

    private static State state(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(STATE + " is not there");
        }
        try {
            State state = JSON.readValue(Files.readAllBytes(file), State.class);
            if (state == null || state.position() == null) {
                throw new ModelFormatException(STATE + " says no position");
            }
            return state;
        } catch (JacksonException e) {
            throw new ModelFormatException(STATE + " cannot be read: " + e.getOriginalMessage());
        }
    }

    private String checksum(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            while (in.read(buffer) >= 0) {
                heartbeat.alive();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
