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
 * A decoder-only transformer, with or without a LoRA adapter: forward and backward over a {@link Pack}, and one token after another for
 * generation. What trains is the adapter if there is one and {@link #train()} was called, else every weight.
 *
 * <p>The arithmetic is what {@link Kernel} composes for the architecture, one native call a layer; it is that of transformers' class for the
 * family without its padding: rows lie end to end, logits are computed at predictors alone and in chunks.
 */
public final class Decoder implements AutoCloseable {

    private final Torch torch;
    private final Architecture architecture;
    private final Parameters parameters;
    private final LoraAdapter adapter; // or null
    private final Script ends;
    private final IValue endWeights;
    private final IValue nothing = IValue.listFrom(new PtNDArray[0]);
    private final IValue noSegments = IValue.listFrom(new long[0]);
    private final Map<Layer, Script> scripts = new HashMap<>(); // layers of one kind share one
    private final List<LayerKernel> layers = new ArrayList<>();

    /** @param adapter or null */
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

    /** Marks what trains. */
    public void train() {
        trainable().values().forEach(parameter -> parameter.setRequiresGradient(true));
    }

    /** What trains, by name, in a fixed order. */
    public Map<String, PtNDArray> trainable() {
        return adapter == null ? parameters.trained() : adapter.tensors();
    }

    /** Loss over the targets of a pack; dropout off, no gradients. */
    public Loss evaluate(Pack pack) {
        JniUtils.setGradMode(false);
        try (PtNDManager scope = torch.scope()) {
            PtNDArray hidden = hidden(scope, pack, 0);
            return loss(scope, hidden, pack, 1, false);
        }
    }

    /**
     * Loss over the targets of a pack, and the gradient of {@code weight} times its sum added to the gradients of what trains. Dropout draws
     * from the generator that {@link Torch#seed} sets.
     */
    public Loss accumulate(Pack pack, double weight) {
        JniUtils.setGradMode(true);
        try (PtNDManager scope = torch.scope()) {
            PtNDArray hidden =
                    hidden(scope, pack, adapter == null ? 0 : adapter.config().loraDropout());
            // The head is differentiated chunk by chunk up to here, then all layers at once with what has gathered.
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

    /** Logits at every token of one row, [T][vocab]. */
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

    /** The normed hidden states of the pack's predictors, [N, hidden]. */
    private PtNDArray hidden(PtNDManager scope, Pack pack, double dropout) {
        try (Places places = new Places(torch, scope, pack.positions(), pack.longest());
                IValue segments = IValue.listFrom(segments(pack))) {
            PtNDArray x = embed(scope, pack.ids(), places);
            for (LayerKernel layer : layers) {
                PtNDArray y = layer.call(scope, x, places, segments, nothing, 0, scale(), dropout);
                x.close(); // a graph that needs it holds it
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

    /** An id outside of the table would end the process on a GPU, so none gets there. */
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

    /** Room for one sequence, to be continued by {@link #next}. */
    KeyValueCache cache(int capacity) {
        return new KeyValueCache(torch, architecture, capacity);
    }

    /** Appends tokens to a sequence (several only at its start) and returns the most likely next one. */
    int next(KeyValueCache cache, int... ids) {
        try (PtNDManager scope = torch.scope()) {
            PtNDArray last = appended(scope, cache, ids);
            return (int)
                    ends.call(scope, "next_token", last, parameters.head())[0].toLongArray()[0];
        }
    }

    /** As {@link #next}, but returns the logits of the next token, [vocab]. */
    float[] logits(KeyValueCache cache, int... ids) {
        try (PtNDManager scope = torch.scope()) {
            PtNDArray last = appended(scope, cache, ids);
            return ends.call(scope, "logits", last, parameters.head())[0].toFloatArray();
        }
    }

    /** The normed hidden state of the last token, [1, hidden]. */
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
