package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.attune.architecture.Architecture;
import io.attune.architecture.Layer;
import java.util.ArrayList;
import java.util.List;

/** The layers' state of one sequence during generation: keys and values, or the state of linear attention. */
final class KeyValueCache implements AutoCloseable {

    private final PtNDManager scope;
    private final List<IValue> layers = new ArrayList<>();
    private final int capacity;
    private int length;

    KeyValueCache(Torch torch, Architecture architecture, int capacity) {
        this.scope = torch.scope();
        this.capacity = capacity;
        int dtype = torch.half() ? Torch.BFLOAT16 : Torch.FLOAT32;
        try (PtNDManager temporary = torch.scope()) {
            for (Layer layer : architecture.layers()) {
                PtNDArray[] kept = layer.mixer().cache(capacity).stream()
                        .map(shape -> (PtNDArray) temporary.zeros(new Shape(shape), DataType.FLOAT32))
                        .map(zeros -> torch.conversions().call(scope, "place", zeros, dtype, torch.anchor())[0])
                        .toArray(PtNDArray[]::new);
                layers.add(IValue.listFrom(kept));
            }
        }
    }

    IValue layer(int layer) {
        return layers.get(layer);
    }

    /** The maximum number of tokens. */
    int capacity() {
        return capacity;
    }

    int length() {
        return length;
    }

    void advance(int tokens) {
        length += tokens;
    }

    @Override
    public void close() {
        layers.forEach(IValue::close);
        scope.close();
    }
}
