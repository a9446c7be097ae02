package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.attune.architecture.Attention;
import io.attune.architecture.Layer;
import io.attune.architecture.Rope;
import java.util.Map;

/** One layer of a decoder: its weights, and the kernel that it shares with layers of the same kind. */
final class LayerKernel implements AutoCloseable {

    private final Script script;
    private final Rope rope; // null: no rotary embedding
    private final IValue weights;

    /** @param weights weights of the layer and its adapters, by their names in the kernel */
    LayerKernel(Script script, Layer layer, Map<String, PtNDArray> weights) {
        this.script = script;
        this.rope = layer.mixer() instanceof Attention attention ? attention.rope() : null;
        this.weights = IValue.stringMapFrom(weights);
    }

    /**
     * Computes the hidden states after the layer.
     *
     * @param x [T, hidden]
     * @param segments segments of a pack in the layout of the kernel {@code block}; empty during generation
     * @param cache the layer's state of the sequence during generation; empty during training
     * @param past number of tokens in the cache
     * @param scale scale of the adapters
     */
    PtNDArray call(
            PtNDManager scope,
            PtNDArray x,
            Places places,
            IValue segments,
            IValue cache,
            int past,
            double scale,
            double dropout) {
        return script.call(scope, "layer", x, places.of(rope), segments, cache, past, weights, scale, dropout)[0];
    }

    /** Closes the weights. The owner of the script closes the script. */
    @Override
    public void close() {
        weights.close();
    }
}
