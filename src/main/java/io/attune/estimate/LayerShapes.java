package io.attune.estimate;

import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.DeltaNet;
import io.attune.architecture.Experts;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Module;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists the tensors that a layer keeps until its backward pass, as the kernels in {@code model/kernel} and torch's
 * autograd keep them. H: hidden size. I: inner width of an MLP. A: heads x head size. K: key heads x head size. C:
 * channels of a delta net. h: its value heads. V: width of its values. Q: h x its key size.
 *
 * <pre>
 * norm            input; also the normalised input, if the weight is trained and the norm is an RMS norm
 * linear module   input, if the module is trained or has an adapter
 * attention       queries A; keys and values, repeated for each head, 2 A; output A; the log-sum-exp of each head
 *   norms of heads  inputs: A, K (2 A and K if the gate lies with the queries)
 *   fused q, k, v   A + K more: values are a slice of the module's output, queries and keys are rotated copies
 *   gate            output and gate 2 A
 *   soft caps, sinks, slopes   probabilities of each head for each pair; with a soft cap also its output
 *   window, shared prefix      the mask, for one block of queries at a time
 * delta net       input of the convolution, input and output of its activation 3 C; gate and its activation, output
 *                 before and after its norm 4 V; in chunks of 64 tokens: queries and keys 2 Q, repeated 2 Q, values V,
 *                 scaled keys Q, five matrices 64 h, solution of the triangular system Q + V, queries that read the
 *                 state and keys that write it 2 Q, new values V, the states
 * gated MLP       3 I: gate before and after its activation, up
 * plain MLP       I: input of the activation
 * experts         the same for each chosen expert, and its output H; also the inputs H, if weights are trained
 * </pre>
 */
final class LayerShapes {

    private static final int CHUNK = 64; // in tokens, as in model/kernel/delta_net

    private final int hidden;
    private final Layer layer;
    private final List<Module> modules;
    private final List<Kept> kept = new ArrayList<>();
    private LayerShape.Pairs pairs = LayerShape.Pairs.NONE;
    private long feeding;
    private long mixing;
    private long copies;

    private LayerShapes(int hidden, Layer layer, List<Module> modules) {
        this.hidden = hidden;
        this.layer = layer;
        this.modules = modules;
    }

    /** Returns the shapes of all layers. Equal layers form one group. */
    static List<LayerShape> of(Architecture architecture) {
        Map<LayerShape, Integer> counts = new LinkedHashMap<>();
        for (int i = 0; i < architecture.layers().size(); i++) {
            Layer layer = architecture.layers().get(i);
            LayerShape shape = new LayerShapes(architecture.hidden(), layer, architecture.modules(i)).shape(1);
            counts.merge(shape, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> {
                    LayerShape one = entry.getKey();
                    return new LayerShape(
                            entry.getValue(),
                            one.modules(),
                            one.kept(),
                            one.pairs(),
                            one.feeding(),
                            one.mixing(),
                            one.copies());
                })
                .toList();
    }

    private LayerShape shape(int count) {
        if (layer.normed().before()) {
            norm(hidden);
        }
        if (layer.mixer() instanceof Attention attention) {
            attention(attention);
        } else if (layer.mixer() instanceof DeltaNet delta) {
            deltaNet(delta);
        }
        if (layer.normed().before()) {
            if (!layer.parallel()) {
                always(Kept.Per.FLOAT_TOKEN, hidden);
            }
            scaled(hidden);
        }
        if (layer.feedForward() instanceof Mlp mlp) {
            mlp(mlp);
        } else if (layer.feedForward() instanceof Experts experts) {
            experts(experts);
        }
        if (layer.normed().after()) {
            norm(hidden);
            norm(hidden);
        }
        List<LayerShape.Linear> linears = modules.stream()
                .map(module -> new LayerShape.Linear(module.target(), module.inputs(), module.outputs()))
                .toList();
        return new LayerShape(count, linears, List.copyOf(kept), pairs, feeding, mixing, copies);
    }

    private void attention(Attention attention) {
        long a = attention.width();
        long k = attention.keyWidth();
        boolean gated = attention.projections() == Attention.Projections.GATED;
        into(hidden, Role.Q, Role.K, Role.V, Role.QKV);
        if (attention.norms().norm() != null) {
            always(Kept.Per.FLOAT_TOKEN, gated ? 2 * a : a);
            scaled(a);
            norm(k);
        }
        if (attention.norms().values()) {
            always(Kept.Per.FLOAT_TOKEN, k);
        }
        boolean fused = attention.projections() == Attention.Projections.FUSED
                || attention.projections() == Attention.Projections.FUSED_BY_HEAD;
        if (fused && attention.rope() != null && attention.heads() == attention.keyHeads()) {
            always(Kept.Per.TOKEN, a + k);
        }
        always(Kept.Per.TOKEN, a);
        always(Kept.Per.SEGMENT_TOKEN, a);
        always(Kept.Per.KEY, 2 * a);
        always(Kept.Per.FLOAT_TOKEN, attention.heads());
        if (gated) {
            always(Kept.Per.TOKEN, a);
            always(Kept.Per.TOKEN, a);
        }
        into(a, Role.O);
        boolean explicit =
                attention.scores().softCap() != 0 || attention.scores().sinks();
        if (explicit || attention.scores().slopes()) {
            int each = attention.scores().softCap() != 0 ? 2 : 1;
            pairs = new LayerShape.Pairs(
                    each * attention.heads(), 0, attention.scores().window());
        } else {
            pairs = new LayerShape.Pairs(0, 1, attention.scores().window());
        }
        mixing = 6 * a;
    }

    private void deltaNet(DeltaNet delta) {
        long v = (long) delta.valueHeads() * delta.valueSize();
        long q = (long) delta.valueHeads() * delta.keySize();
        into(hidden, Role.DELTA_QKV, Role.DELTA_GATE, Role.DELTA_BETA, Role.DELTA_ALPHA);
        for (int i = 0; i < 3; i++) {
            always(Kept.Per.SEGMENT_TOKEN, delta.channels());
        }
        always(Kept.Per.TOKEN, v); // the gate
        norm(v);
        always(Kept.Per.TOKEN, v);
        always(Kept.Per.FLOAT_TOKEN, v);
        into(v, Role.DELTA_OUT);
        long repeated = delta.keyHeads() == delta.valueHeads() ? 0 : 2 * q;
        long matrices = 5L * CHUNK * delta.valueHeads();
        long states = (long) delta.valueHeads() * delta.keySize() * delta.valueSize() / CHUNK;
        always(Kept.Per.CHUNK_TOKEN, repeated + 6 * q + 3 * v + matrices + states);
        mixing = 4L * delta.channels() + 4 * (q + v) + 3L * CHUNK * delta.valueHeads();
    }

    private void mlp(Mlp mlp) {
        long i = mlp.inner();
        into(hidden, Role.GATE, Role.UP, Role.GATE_UP);
        int times = mlp.form() == Mlp.Form.PLAIN ? 1 : 3;
        for (int time = 0; time < times; time++) {
            always(Kept.Per.TOKEN, i);
        }
        into(i, Role.DOWN);
        feeding = i;
    }

    private void experts(Experts experts) {
        long i = (long) experts.chosen() * experts.inner();
        long h = (long) experts.chosen() * hidden;
        boolean fused = experts.form() == Experts.Form.CLAMPED_FUSED;
        always(Kept.Per.FLOAT_TOKEN, experts.count());
        always(Kept.Per.SEGMENT_TOKEN, (fused ? 6 : 3) * i + h);
        trained(Kept.Per.SEGMENT_TOKEN, i + h);
        trained(Kept.Per.TOKEN, hidden);
        feeding = experts.inner();
        copies = fused ? 4L * experts.count() * hidden * experts.inner() : 0;
    }

    private void norm(long width) {
        always(Kept.Per.FLOAT_TOKEN, width);
        scaled(width);
    }

    private void scaled(long width) {
        if (layer.norm().kind() == Norm.Kind.RMS) {
            trained(Kept.Per.TOKEN, width);
        }
    }

    private void always(Kept.Per per, long numbers) {
        kept.add(new Kept(per, numbers, Kept.When.ALWAYS, List.of()));
    }

    private void trained(Kept.Per per, long numbers) {
        kept.add(new Kept(per, numbers, Kept.When.WEIGHTS_TRAINED, List.of()));
    }

    private void into(long numbers, Role... roles) {
        Set<Role> wanted = Set.copyOf(Arrays.asList(roles));
        List<String> names = modules.stream()
                .filter(module -> wanted.contains(module.role()))
                .map(Module::target)
                .toList();
        kept.add(new Kept(Kept.Per.TOKEN, numbers, Kept.When.INTO, names));
    }
}
