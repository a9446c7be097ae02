package io.attune.format;

import io.attune.architecture.Weight;
import io.attune.format.SafetensorsWriter.Planned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a model for other programs, with an adapter merged in: as a Hugging Face folder, or as a GGUF file. */
public final class ModelExport {

    private final Path model;
    private final Path adapter; // or null

    /** @param adapter a PEFT folder, or null */
    public ModelExport(Path model, Path adapter) {
        this.model = model;
        this.adapter = adapter;
    }

    /**
     * Writes a folder that transformers, vLLM and {@code ./attune import} load. Weights keep the types of the base
     * model.
     *
     * @throws ModelFormatException if the folder already exists
     */
    public void toHuggingFace(Path folder) {
        refuseExisting(folder);
        try (MergedWeights weights = MergedWeights.open(model, adapter)) {
            Files.createDirectories(folder);
            List<Planned> planned = new ArrayList<>();
            for (Weight weight : weights.config().architecture().weights()) {
                planned.add(new Planned(
                        weight.name(), weights.dtype(weight), weight.dimensions(), out -> write(weights, weight, out)));
            }
            weights.config().write(folder, planned.get(0).dtype());
            TextFiles.copy(model, folder);
            SafetensorsWriter.writePlanned(folder.resolve("model.safetensors"), Map.of("format", "pt"), planned);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void write(MergedWeights weights, Weight weight, WritableByteChannel out) throws IOException {
        Dtype dtype = weights.dtype(weight);
        int length = Math.toIntExact(weight.shape().get(weight.shape().size() - 1));
        ByteBuffer bytes = ByteBuffer.allocate(length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        weights.rows(weight, row -> {
            bytes.clear();
            for (float value : row) {
                switch (dtype) {
                    case F32 -> bytes.putFloat(value);
                    case F16 -> bytes.putShort(GgufEncoder.float16(value));
                    default -> bytes.putShort(GgufType.bfloat16(value));
                }
            }
            SafetensorsWriter.writeFully(out, bytes.flip());
        });
    }

    /**
     * Writes a GGUF file with tokenizer and chat template.
     *
     * @param name the model's name, for {@code general.name}
     * @param type the type of the matrices, {@code f16} or {@code q8_0}; vectors are F32
     * @throws ModelFormatException if the file already exists, or if GGUF cannot express the model; the message names
     *     the cause
     */
    public void toGguf(Path file, String name, String type) {
        refuseExisting(file);
        try (MergedWeights weights = MergedWeights.open(model, adapter)) {
            new GgufExport(weights, model, name, type.equals("q8_0") ? GgufType.Q8_0 : GgufType.F16).write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void refuseExisting(Path target) {
        if (Files.exists(target)) {
            throw ModelFormatException.in(target, "is there already; choose another place with --out, or remove it");
        }
    }
}
