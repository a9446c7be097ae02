package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.attune.architecture.Architecture;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.text.Pack;
import io.attune.text.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A decoder-only transformer, with or without a LoRA adapter. Computes forward and backward passes over a
 * {@link Pack}, and generates one token after another. After {@link #train()}, the adapter trains if there is one,
 * else all weights train.
 *
 * <p>{@link Kernel} composes the arithmetic of the architecture, with one native call per layer. The arithmetic is
 * that of transformers' class for the family, without padding: rows lie end to end. Logits are computed only at
 * predictors, in chunks.
 */
public final class Decoder implements AutoCloseable {

    private final Torch torch;
    private final Architecture architecture;
    private final Parameters parameters;
    private final LoraAdapter adapter; // null: no adapter
    private final Script ends;
    private final IValue endWeights;
    private final IValue nothing = IValue.listFrom(new PtNDArray[0]);
    private final IValue noSegments = IValue.listFrom(new long[0]);
    private final Map<Layer, Script> scripts = new HashMap<>(); // layers of the same kind share a script
    private final List<LayerKernel> layers = new ArrayList<>();

    /** @param adapter null for none */
    public Decoder(Torch torch, Architecture architecture, Parameters parameters, LoraAdapter adapter) {
        this.torch = torch;
        this.architecture = architecture;
        this.parameters = parameters;
        this.adapter = adapter;
        this.ends = Kernel.ends(torch.manager(), architecture);
        this.endWeights = IValue.stringMapFrom(parameters.of(architecture.outerWeights()));
        for (int i = 0; i < architecture.layers().size(); i++) {
            Layer layer = architecture.layers().get(i);
            Script script = scripts.computeIfAbsent(layer, kind -> Kernel.layer(torch.manager(), kind));
            Map<String, PtNDArray> weights = parameters.of(architecture.weights(i));
            if (adapter != null) {
                weights.putAll(adapter.of(architecture.modules(i)));
            }
            layers.add(new LayerKernel(script, layer, weights));
        }
    }

    public Architecture architecture() {
        return architecture;
    }

    /** Marks the parameters that train. */
    public void train() {
        trainable().values().forEach(parameter -> parameter.setRequiresGradient(true));
    }

    /** Returns the parameters that train, by name, in a fixed order. */
    public Map<String, PtNDArray> trainable() {
        return adapter == null ? parameters.trained() : adapter.tensors();
    }

    /** Computes the loss over the targets of a pack, without dropout and without gradients. */
    public Loss evaluate(Pack pack) {
        JniUtils.setGradMode(false);
        try (PtNDManager scope = torch.scope()) {
            PtNDArray hidden = hidden(scope, pack, 0);
            return loss(scope, hidden, pack, 1, false);
        }
    }

    /**
     * Computes the loss over the targets of a pack. Adds the gradient of {@code weight} times its sum to the
     * gradients of the trained parameters. Dropout uses the generator that {@link Torch#seed} sets.
     */
    public Loss accumulate(Pack pack, double weight) {
        JniUtils.setGradMode(true);
        try (PtNDManager scope = torch.scope()) {
            PtNDArray hidden =
                    hidden(scope, pack, adapter == null ? 0 : adapter.config().loraDropout());
            // The head is differentiated chunk by chunk up to here, then all layers together with the accumulated
            // gradient.
            PtNDArray leaf = JniUtils.detachGradient(hidden);
            leaf.attach(scope);
            leaf.setRequiresGradient(true);
            Loss loss = loss(scope, leaf, pack, weight, true);
            try (PtNDArray gradient = JniUtils.getGradient(leaf)) {
                JniUtils.backward(hidden, gradient, false, false);
            }
            return loss;
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    /** Returns the logits at every token of one row, [T][vocab]. */
    public float[][] logits(int[] ids) {
        JniUtils.setGradMode(false);
        int[] all = IntStream.range(0, ids.length).toArray();
        Pack pack = new Pack(ids, all, List.of(new Segment(0, ids.length, 0, 0)), all, ids, 1);
        int vocabulary = architecture.vocabulary();
        try (PtNDManager scope = torch.scope()) {
            float[] flat = ends.call(scope, "logits", hidden(scope, pack, 0), parameters.head())[0].toFloatArray();
            float[][] rows = new float[ids.length][vocabulary];
            for (int t = 0; t < ids.length; t++) {
                System.arraycopy(flat, t * vocabulary, rows[t], 0, vocabulary);
            }
            return rows;
        }
    }

    /** Returns the normalized hidden states of the pack's predictors, [N, hidden]. */
    private PtNDArray hidden(PtNDManager scope, Pack pack, double dropout) {
        try (Places places = new Places(torch, scope, pack.positions(), pack.longest());
                IValue segments = IValue.listFrom(segments(pack))) {
            PtNDArray x = embed(scope, pack.ids(), places);
            for (LayerKernel layer : layers) {
                PtNDArray y = layer.call(scope, x, places, segments, nothing, 0, scale(), dropout);
                x.close(); // the autograd graph keeps the tensor if it needs it
                x = y;
            }
            return ends.call(scope, "final", x, Torch.longs(scope, pack.predictors()), endWeights)[0];
        }
    }

    private PtNDArray embed(PtNDManager scope, int[] ids, Places places) {
        requireIds(ids);
        return ends.call(scope, "embed", Torch.longs(scope, ids), places.positions(), endWeights, torch.half())[0];
    }

    private Loss loss(PtNDManager scope, PtNDArray hidden, Pack pack, double weight, boolean backward) {
        requireIds(pack.labels());
        PtNDArray labels = Torch.longs(scope, pack.labels());
        PtNDArray one = Torch.floats(scope, new float[] {1f});
        int targets = pack.labels().length;
        int chunk = Head.targetsAtOnce(architecture.vocabulary());
        double sum = 0;
        long right = 0;
        for (int start = 0; start < targets; start += chunk) {
            int end = Math.min(targets, start + chunk);
            PtNDArray[] result = ends.call(scope, "loss", hidden, labels, parameters.head(), start, end, weight);
            if (backward) {
                JniUtils.backward(result[0], one, false, false);
            }
            sum += result[1].toType(DataType.FLOAT32, false).toFloatArray()[0];
            right += result[2].toLongArray()[0];
            for (PtNDArray tensor : result) {
                tensor.close();
            }
        }
        return new Loss(sum, targets, right);
    }

    /** Refuses an id outside the vocabulary. On a GPU such an id would end the process. */
    private void requireIds(int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= architecture.vocabulary()) {
                throw new IllegalArgumentException(
                        "token id " + id + " is outside of the vocabulary of " + architecture.vocabulary());
            }
        }
    }

    private static long[] segments(Pack pack) {
        return pack.segments().stream()
                .flatMapToLong(s -> LongStream.of(s.start(), s.length(), s.prefixStart(), s.prefixLength()))
                .toArray();
    }

    private double scale() {
        return adapter == null ? 1 : adapter.scale();
    }

    /** Returns an empty cache for one sequence, to use with {@link #next}. */
    KeyValueCache cache(int capacity) {
        return new KeyValueCache(torch, architecture, capacity);
    }

    /**
     * Appends tokens to a sequence and returns the most likely next token. Only the first call may append several
     * tokens.
     */
    int next(KeyValueCache cache, int... ids) {
        try (PtNDManager scope = torch.scope()) {
            PtNDArray last = appended(scope, cache, ids);
            return (int)
                    ends.call(scope, "next_token", last, parameters.head())[0].toLongArray()[0];
        }
    }

    /** Like {@link #next}, but returns the logits of the next token, [vocab]. */
    float[] logits(KeyValueCache cache, int... ids) {
        try (PtNDManager scope = torch.scope()) {
            PtNDArray last = appended(scope, cache, ids);
            return ends.call(scope, "logits", last, parameters.head())[0].toFloatArray();
        }
    }

    /** Appends tokens and returns the normalized hidden state of the last one, [1, hidden]. */
    private PtNDArray appended(PtNDManager scope, KeyValueCache cache, int[] ids) {
        JniUtils.setGradMode(false);
        int past = cache.length();
        int[] positions = IntStream.range(past, past + ids.length).toArray();
        try (Places places = new Places(torch, scope, positions, cache.capacity())) {
            PtNDArray x = embed(scope, ids, places);
            for (int layer = 0; layer < layers.size(); layer++) {
                PtNDArray y =
                        layers.get(layer).call(scope, x, places, noSegments, cache.layer(layer), past, scale(), 0);
                x.close();
                x = y;
            }
            cache.advance(ids.length);
            return ends.call(scope, "final", x, Torch.longs(scope, new int[] {ids.length - 1}), endWeights)[0];
        }
    }

    @Override
    public void close() {
        layers.forEach(LayerKernel::close);
        endWeights.close();
        nothing.close();
        noSegments.close();
        scripts.values().forEach(Script::close);
        ends.close();
    }
}
