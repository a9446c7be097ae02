package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.attune.format.Dtype;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All tensors that training changes, in float32: the trained parameters and both of AdamW's moments. The next step
 * depends only on them and on the number of finished steps.
 *
 * <pre>
 * weight.NAME          in the shape of NAME
 * first_moment.NAME
 * second_moment.NAME
 * </pre>
 */
public final class TrainingState {

    private static final List<String> KINDS = List.of("weight.", "first_moment.", "second_moment.");

    private final Torch torch;
    private final AdamW optimizer;
    private final Map<String, PtNDArray> tensors = new LinkedHashMap<>(); // by their names in the file

    /** @param trainable the parameters that {@code optimizer} updates, in its order */
    public TrainingState(Torch torch, Map<String, PtNDArray> trainable, AdamW optimizer) {
        this.torch = torch;
        this.optimizer = optimizer;
        int parameter = 0;
        for (Map.Entry<String, PtNDArray> weight : trainable.entrySet()) {
            List<PtNDArray> moments = optimizer.moments(parameter++);
            tensors.put(KINDS.get(0) + weight.getKey(), weight.getValue());
            tensors.put(KINDS.get(1) + weight.getKey(), moments.get(0));
            tensors.put(KINDS.get(2) + weight.getKey(), moments.get(1));
        }
    }

    /**
     * Writes a safetensors file and forces it to disk.
     *
     * @param beforeEach called before each tensor
     */
    public void write(Path file, Runnable beforeEach) throws IOException {
        JniUtils.setGradMode(false);
        List<SafetensorsWriter.Planned> planned = new ArrayList<>();
        tensors.forEach((name, tensor) -> planned.add(new SafetensorsWriter.Planned(
                name, Dtype.F32, tensor.getShape().getShape(), out -> {
                    beforeEach.run();
                    try (PtNDManager scope = torch.scope()) {
                        ByteBuffer bytes = Parameters.write(torch, scope, name, tensor, Dtype.F32)
                                .bytes();
                        while (bytes.hasRemaining()) {
                            out.write(bytes);
                        }
                    }
                })));
        SafetensorsWriter.writePlanned(file, Map.of(), planned);
    }

    /**
     * Restores all tensors from {@code file}.
     *
     * @param step number of finished steps at the time of the save
     * @param beforeEach called before each tensor
     * @throws ModelFormatException if a tensor does not belong to this training; the message names it, and nothing
     *     was changed
     */
    public void read(Path file, int step, Runnable beforeEach) {
        JniUtils.setGradMode(false);
        try (Safetensors saved = Safetensors.open(file)) {
            requireAll(saved, file);
            tensors.forEach((name, tensor) -> {
                beforeEach.run();
                try (PtNDManager scope = torch.cpuScope()) {
                    ByteBuffer bytes = saved.tensor(name).bytes().duplicate().order(ByteOrder.nativeOrder());
                    PtNDArray raw = scope.create(bytes, tensor.getShape(), DataType.FLOAT32);
                    torch.conversions().call(scope, "assign", tensor, raw);
                }
            });
        }
        optimizer.count(step);
    }

    private void requireAll(Safetensors saved, Path file) {
        tensors.forEach((name, tensor) -> {
            Safetensors.Tensor found = saved.tensor(name);
            if (found.dtype() != Dtype.F32 || !new Shape(found.shape()).equals(tensor.getShape())) {
                throw new ModelFormatException(file + ": the tensor " + name + " is " + found.dtype() + " "
                        + Arrays.toString(found.shape()) + ", not F32 " + tensor.getShape());
            }
        });
        if (saved.names().size() != tensors.size()) {
            throw new ModelFormatException(file + " holds " + saved.names().size() + " tensors, not " + tensors.size());
        }
    }
}
