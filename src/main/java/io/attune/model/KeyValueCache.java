package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.format.ModelConfig;

/** Keys and values of one sequence, of every layer [capacity, kvHeads, headDim]. */
final class KeyValueCache implements AutoCloseable {

    private final PtNDManager scope;
    private final PtNDArray[] keys;
    private final PtNDArray[] values;
    private int length;

    KeyValueCache(Torch torch, ModelConfig config, int capacity) {
        this.scope = torch.scope();
        keys = new PtNDArray[config.layers()];
        values = new PtNDArray[config.layers()];
        Shape shape = new Shape(capacity, config.kvHeads(), config.headDim());
        int dtype = torch.half() ? Torch.BFLOAT16 : Torch.FLOAT32;
        try (PtNDManager temporary = torch.scope()) {
            PtNDArray empty = (PtNDArray) temporary.zeros(shape, DataType.FLOAT32);
            for (int layer = 0; layer < keys.length; layer++) {
                keys[layer] = torch.conversions().call(scope, "place", empty, false, dtype, torch.anchor())[0];
                values[layer] = torch.conversions().call(scope, "place", empty, false, dtype, torch.anchor())[0];
            }
        }
    }

    PtNDArray keys(int layer) {
        return keys[layer];
    }

    PtNDArray values(int layer) {
        return values[layer];
    }

    int length() {
        return length;
    }

    void advance(int tokens) {
        length += tokens;
    }

    @Override
    public void close() {
        scope.close();
    }
}
