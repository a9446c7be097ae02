package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.attune.format.ModelConfig;
import io.attune.text.Pack;
import io.attune.text.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A decoder-only transformer of the Llama family, with or without a LoRA adapter: forward and backward over a {@link Pack}, and one token
 * after another for generation. What trains is the adapter if there is one and {@link #train()} was called, else every weight.
 *
 * <p>The arithmetic is {@code decoder.torchscript}, one native call a layer; it is transformers' {@code LlamaForCausalLM} without its
 * padding: rows lie end to end, logits are computed at predictors alone and in chunks.
 */
public final class Decoder implements AutoCloseable {

    private static final int LOGITS_AT_ONCE =
            8 * 1024 * 1024; // elements, so that memory does not grow with vocabulary x targets

    private final Torch torch;
    private final ModelConfig config;
    private final Parameters parameters;
    private final LoraAdapter adapter; // or null
    private final Script script;
    private final RotaryTable rotary;
    private final List<IValue> layerWeights = new ArrayList<>();
    private final List<IValue> layerAdapters = new ArrayList<>();

    /** @param adapter or null */
    public Decoder(Torch torch, ModelConfig config, Parameters parameters, LoraAdapter adapter) {
        this.torch = torch;
        this.config = config;
        this.parameters = parameters;
        this.adapter = adapter;
        this.script = Script.load(torch.manager(), "decoder", "Decoder", numbers(config));
        this.rotary = new RotaryTable(RotaryTable.frequencies(config));
        for (int layer = 0; layer < config.layers(); layer++) {
            layerWeights.add(Script.list(parameters.layer(layer)));
            layerAdapters.add(Script.list(adapter == null ? List.of() : adapter.layer(layer)));
        }
    }

    private static Map<String, Object> numbers(ModelConfig config) {
        Map<String, Object> numbers = new HashMap<>();
        numbers.put("hidden", config.hiddenSize());
        numbers.put("heads", config.heads());
        numbers.put("kv_heads", config.kvHeads());
        numbers.put("head_dim", config.headDim());
        numbers.put("attention_width", config.heads() * config.headDim());
        numbers.put("grouped", config.heads() != config.kvHeads());
        numbers.put("group", config.heads() / config.kvHeads());
        numbers.put("eps", config.rmsNormEps());
        return numbers;
    }

    public ModelConfig config() {
        return config;
    }

    /** Marks what trains. */
    public void train() {
        trainable().values().forEach(parameter -> parameter.setRequiresGradient(true));
    }

    /** What trains, by name, in a fixed order. */
    public Map<String, PtNDArray> trainable() {
        return adapter == null ? parameters.tensors() : adapter.tensors();
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
        try (PtNDManager scope = torch.scope()) {
            float[] flat = script.call(scope, "logits", hidden(scope, pack, 0), parameters.head())[0].toFloatArray();
            float[][] rows = new float[ids.length][config.vocabSize()];
            for (int t = 0; t < ids.length; t++) {
                System.arraycopy(flat, t * config.vocabSize(), rows[t], 0, config.vocabSize());
            }
            return rows;
        }
    }

    /** The normed hidden states of the pack's predictors, [N, hidden]. */
    private PtNDArray hidden(PtNDManager scope, Pack pack, double dropout) {
        requireIds(pack.ids());
        PtNDArray x =
                script.call(scope, "embed", parameters.embedding(), Torch.longs(scope, pack.ids()), torch.half())[0];
        PtNDArray[] angles = angles(scope, pack.positions());
        try (IValue segments = IValue.listFrom(segments(pack))) {
            for (int layer = 0; layer < config.layers(); layer++) {
                PtNDArray y = script.call(
                                scope,
                                "layer",
                                x,
                                angles[0],
                                angles[1],
                                segments,
                                layerWeights.get(layer),
                                layerAdapters.get(layer),
                                scale(),
                                dropout)[0];
                x.close(); // a graph that needs it holds it
                x = y;
            }
        }
        return script.call(scope, "final", x, Torch.longs(scope, pack.predictors()), parameters.finalNorm())[0];
    }

    private PtNDArray[] angles(PtNDManager scope, int... positions) {
        PtNDArray[] angles = rotary.at(scope, positions);
        if (torch.half()) {
            for (int i = 0; i < angles.length; i++) {
                angles[i] =
                        torch.conversions().call(scope, "place", angles[i], false, Torch.BFLOAT16, torch.anchor())[0];
            }
        }
        return angles;
    }

    private Loss loss(PtNDManager scope, PtNDArray hidden, Pack pack, double weight, boolean backward) {
        requireIds(pack.labels());
        PtNDArray labels = Torch.longs(scope, pack.labels());
        PtNDArray one = Torch.floats(scope, new float[] {1f});
        int targets = pack.labels().length;
        int chunk = Math.max(1, LOGITS_AT_ONCE / config.vocabSize());
        double sum = 0;
        long right = 0;
        for (int start = 0; start < targets; start += chunk) {
            int end = Math.min(targets, start + chunk);
            PtNDArray[] result = script.call(scope, "loss", hidden, labels, parameters.head(), start, end, weight);
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
            if (id < 0 || id >= config.vocabSize()) {
                throw new IllegalArgumentException(
                        "token id " + id + " is outside of the vocabulary of " + config.vocabSize());
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

    /** Keys and values of one sequence, to be continued by {@link #next}. */
    KeyValueCache cache(int capacity) {
        return new KeyValueCache(torch, config, capacity);
    }

    /** Appends tokens to a sequence (several only at its start) and returns the most likely next one. */
    int next(KeyValueCache cache, int... ids) {
        JniUtils.setGradMode(false);
        requireIds(ids);
        try (PtNDManager scope = torch.scope()) {
            int past = cache.length();
            PtNDArray x = script.call(scope, "embed", parameters.embedding(), Torch.longs(scope, ids), torch.half())[0];
            PtNDArray[] angles =
                    angles(scope, IntStream.range(past, past + ids.length).toArray());
            for (int layer = 0; layer < config.layers(); layer++) {
                PtNDArray y = script.call(
                                scope,
                                "decode",
                                x,
                                angles[0],
                                angles[1],
                                cache.keys(layer),
                                cache.values(layer),
                                past,
                                layerWeights.get(layer),
                                layerAdapters.get(layer),
                                scale())[0];
                x.close();
                x = y;
            }
            cache.advance(ids.length);
            PtNDArray last = script.call(
                            scope, "final", x, Torch.longs(scope, new int[] {ids.length - 1}), parameters.finalNorm())[
                    0];
            return (int)
                    script.call(scope, "next_token", last, parameters.head())[0].toLongArray()[0];
        }
    }

    @Override
    public void close() {
        layerWeights.forEach(IValue::close);
        layerAdapters.forEach(IValue::close);
        script.close();
    }
}
