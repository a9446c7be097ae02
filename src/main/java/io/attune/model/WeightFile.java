package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.format.Dtype;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the tensors of a safetensors file into the memory of libtorch. Allocates a tensor once, then converts and
 * copies it piece by piece. Loading therefore needs only the memory of the tensors and of one piece. Tensors may
 * have any size.
 */
final class WeightFile {

    /** Below 32,768: libtorch splits larger pieces among its threads, which costs more than it saves. */
    private static final int PIECE_ELEMENTS = 30_720;

    private final Torch torch;
    private final Safetensors file;
    private final ByteBuffer piece =
            ByteBuffer.allocateDirect(PIECE_ELEMENTS * Float.BYTES).order(ByteOrder.nativeOrder());

    WeightFile(Torch torch, Safetensors file) {
        this.torch = torch;
        this.file = file;
    }

    /**
     * Loads a tensor of the file onto the device.
     *
     * @param bfloat16 whether the tensor becomes bfloat16; else float32
     * @throws ModelFormatException if a tensor is missing, has another shape, or is not F32, F16 or BF16; the
     *     message names it
     */
    PtNDArray read(String name, boolean bfloat16, long... shape) {
        if (!Arrays.equals(file.shape(name), shape)) {
            throw new ModelFormatException("tensor " + name + " has the shape " + Arrays.toString(file.shape(name))
                    + "; the config asks for " + Arrays.toString(shape));
        }
        Dtype dtype = file.dtype(name);
        if (!dtype.isWeight()) {
            throw new ModelFormatException("tensor " + name + " is " + dtype + "; weights have to be F32, F16 or BF16");
        }
        PtNDArray tensor = torch.conversions()
                .call(torch.manager(), "blank", shape, bfloat16 ? Torch.BFLOAT16 : Torch.FLOAT32, torch.anchor())[0];
        long elements = file.bytes(name) / dtype.bytes();
        for (long start = 0; start < elements; start += PIECE_ELEMENTS) {
            fill(tensor, name, dtype, start, (int) Math.min(PIECE_ELEMENTS, elements - start));
        }
        return tensor;
    }

    private void fill(PtNDArray tensor, String name, Dtype dtype, long start, int count) {
        file.read(name, start * dtype.bytes(), piece.clear().limit(count * dtype.bytes()));
        // DJL has no bfloat16: its bytes are declared as float16
        DataType carrier = dtype == Dtype.F32 ? DataType.FLOAT32 : DataType.FLOAT16;
        try (PtNDManager scope = torch.cpuScope()) {
            PtNDArray raw = scope.create(piece, new Shape(count), carrier);
            torch.conversions().call(scope, "fill", tensor, start, raw, dtype == Dtype.BF16);
        }
    }
}
