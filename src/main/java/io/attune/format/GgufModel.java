package io.attune.format;

import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Families;
import io.attune.architecture.Family;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Weight;
import io.attune.format.SafetensorsWriter.Planned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Presents a GGUF file as a Hugging Face checkpoint: its config, and its tensors. The tensors are dequantised and
 * rounded to bfloat16, and their rows are in the order of transformers.
 */
final class GgufModel {

    private static final int CHUNK_BYTES = 1 << 20;

    private final Gguf gguf;
    private final ModelConfig config;
    private final GgufForm form;
    private final Map<String, String> names; // name in the checkpoint -> name in the GGUF file

    private GgufModel(Gguf gguf, ModelConfig config, GgufForm form) {
        this.gguf = gguf;
        this.config = config;
        this.form = form;
        this.names = names(config.architecture());
    }

    /**
     * Checks the architecture, the metadata, and the names and shapes of all tensors.
     *
     * @throws ModelFormatException if something is missing, of another shape, or not supported; the message names it
     */
    static GgufModel of(Gguf gguf) {
        GgufMetadata metadata = gguf.metadata();
        String architecture = metadata.text("general.architecture");
        Family family = Families.ofGguf(architecture)
                .orElseThrow(() ->
                        metadata.refused("general.architecture", "is \"" + architecture + "\"; built are " + built()));
        GgufForm form = family.gguf().orElseThrow();
        GgufModel model = new GgufModel(gguf, new GgufConfig(gguf, family, form).read(), form);
        model.checkTensors();
        return model;
    }

    private static String built() {
        return Families.all().stream()
                .flatMap(family -> family.gguf().stream())
                .map(form -> "\"" + form.architecture() + "\"")
                .collect(Collectors.joining(", "));
    }

    ModelConfig config() {
        return config;
    }

    /** Every tensor of the checkpoint as bfloat16, in the order of {@link Architecture#weights()}. */
    List<Planned> tensors() {
        List<Planned> planned = new ArrayList<>();
        for (Weight weight : config.architecture().weights()) {
            Gguf.Tensor tensor = gguf.tensors().get(names.get(weight.name()));
            planned.add(
                    new Planned(weight.name(), Dtype.BF16, weight.dimensions(), out -> writeRows(tensor, weight, out)));
        }
        return planned;
    }

    /**
     * The names in the GGUF file by the names in the checkpoint: {@code model.layers.3.self_attn.q_proj.weight}
     * becomes {@code blk.3.attn_q.weight}.
     */
    static Map<String, String> names(Architecture architecture) {
        Map<String, String> names = new LinkedHashMap<>();
        architecture.outerWeights().forEach(weight -> names.put(weight.name(), ggufName("", weight)));
        for (int layer = 0; layer < architecture.layers().size(); layer++) {
            String prefix = "blk." + layer + ".";
            architecture.weights(layer).forEach(weight -> names.put(weight.name(), ggufName(prefix, weight)));
        }
        return names;
    }

    private static String ggufName(String prefix, Weight weight) {
        return prefix
                + weight.role().gguf()
                + weight.name().substring(weight.name().lastIndexOf('.'));
    }

    private void checkTensors() {
        Set<String> unknown = new HashSet<>(gguf.tensors().keySet());
        unknown.removeAll(GgufConfig.ROPE_TENSORS);
        for (Map.Entry<String, long[]> expected : config.tensorShapes().entrySet()) {
            String name = names.get(expected.getKey());
            Gguf.Tensor tensor = gguf.tensors().get(name);
            if (tensor == null) {
                throw ModelFormatException.in(gguf.file(), "tensor " + name + " is missing");
            }
            if (!Arrays.equals(tensor.shape(), expected.getValue())) {
                throw ModelFormatException.in(
                        gguf.file(),
                        "tensor " + name + " has shape " + Safetensors.shown(tensor.shape())
                                + "; its metadata asks for " + Safetensors.shown(expected.getValue()));
            }
            unknown.remove(name);
        }
        if (!unknown.isEmpty()) {
            throw ModelFormatException.in(
                    gguf.file(),
                    "tensor " + unknown.stream().sorted().findFirst().orElseThrow()
                            + " is not known in a model of type "
                            + config.family().modelType() + " (" + unknown.size() + " such tensors)");
        }
    }

    /** Writes the rows of a tensor, or the elements of a vector. Interleaved weights are written one head at a time. */
    private void writeRows(Gguf.Tensor tensor, Weight weight, WritableByteChannel out) throws IOException {
        boolean rotated = form.interleaves(weight);
        boolean aroundOne = weight.aroundOne();
        boolean vector = tensor.shape().length == 1;
        if (vector && rotated && tensor.type().blockElements() != 1) {
            throw ModelFormatException.in(
                    gguf.file(), "tensor " + tensor.name() + " is a quantised bias; this is not built");
        }
        // llama.cpp also interleaves a bias: it is a column, with rows of one element
        int rowElements = vector && rotated ? 1 : Math.toIntExact(tensor.rowElements());
        long rowBytes = tensor.type().bytes(rowElements);
        long rows = tensor.bytes() / rowBytes;
        int chunkRows = rotated ? headSize() : (int) Math.max(1, Math.min(rows, CHUNK_BYTES / (2L * rowElements)));
        ByteBuffer in = littleEndian(chunkRows * rowBytes);
        ByteBuffer halves = littleEndian(chunkRows * rowElements * 2L);
        float[] values = new float[rowElements];
        for (long row = 0; row < rows; row += chunkRows) {
            int count = (int) Math.min(chunkRows, rows - row);
            gguf.read(tensor, row * rowBytes, in.clear().limit(Math.toIntExact(count * rowBytes)));
            halves.clear();
            for (int i = 0; i < count; i++) {
                int stored = rotated ? i % (count / 2) * 2 + i / (count / 2) : i;
                in.position(Math.toIntExact(stored * rowBytes));
                tensor.type().decode(in, values, rowElements);
                for (float value : values) {
                    halves.putShort(GgufType.bfloat16(aroundOne ? value - 1 : value));
                }
            }
            SafetensorsWriter.writeFully(out, halves.flip());
        }
    }

    private int headSize() {
        return ((Attention) config.architecture().layers().get(0).mixer()).headSize();
    }

    private static ByteBuffer littleEndian(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
