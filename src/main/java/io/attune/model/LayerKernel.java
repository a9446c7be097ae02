package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.attune.architecture.Attention;
import io.attune.architecture.Layer;
import io.attune.architecture.Rope;
import java.util.Map;

/** One layer of a decoder: the kernel that it shares with layers of its kind, and its weights. */
final class LayerKernel implements AutoCloseable {

    private final Script script;
    private final Rope rope; // or null
    private final IValue weights;

    /** @param weights of the layer and its adapters, by the names that kernels know */
    LayerKernel(Script script, Layer layer, Map<String, PtNDArray> weights) {
        this.script = script;
        this.rope = layer.mixer() instanceof Attention attention ? attention.rope() : null;
        this.weights = IValue.stringMapFrom(weights);
    }

    /**
     * States behind the layer.
     *
     * @param x [T, hidden]
     * @param segments of a pack, as the kernel {@code block} has them; empty when decoding
     * @param cache what the layer keeps of the sequence that is decoded; empty when training
     * @param past how many tokens the cache holds
     * @param scale of adapters
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

    /** The script is closed by who made it. */
    @Override
    public void close() {
        weights.close();
    }
}
