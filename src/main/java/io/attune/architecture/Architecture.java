package io.attune.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Describes a decoder-only transformer: all that its arithmetic depends on, except the values of the weights.
 *
 * @param vocabulary rows of embedding and head
 * @param hidden width of the states between layers
 * @param context tokens of the longest sequence
 * @param norm of the states behind the last layer
 * @param names the names of the weights in checkpoints
 */
public record Architecture(
        int vocabulary,
        int hidden,
        int context,
        Embedding embedding,
        List<Layer> layers,
        Norm norm,
        Head head,
        Names names) {

    public Architecture {
        layers = List.copyOf(layers);
    }

    /** Every weight, in the order of the forward pass. A tied head is the embedding, so it is not in the list. */
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>(outer(embedding.parts(vocabulary, hidden)));
        for (int layer = 0; layer < layers.size(); layer++) {
            weights.addAll(weights(layer));
        }
        weights.addAll(outer(List.of(Part.norm(Role.FINAL_NORM, norm, hidden))));
        if (!head.tied()) {
            weights.addAll(outer(List.of(Part.weight(Role.HEAD, vocabulary, hidden))));
        }
        return weights;
    }

    /** The weights of one layer. */
    public List<Weight> weights(int layer) {
        return weights(layers.get(layer).parts(hidden), layer, layers.get(layer).transposed());
    }

    /** The weights outside of all layers. */
    public List<Weight> outerWeights() {
        return weights().stream().filter(weight -> !weight.role().ofLayer()).toList();
    }

    private List<Weight> outer(List<Part> parts) {
        return weights(parts, -1, false);
    }

    private List<Weight> weights(List<Part> parts, int layer, boolean transposed) {
        List<Weight> weights = new ArrayList<>();
        for (Part part : parts) {
            String path = names.path(part.role(), layer, part.expert());
            String key = part.role().key() + (part.expert() < 0 ? "" : "." + part.expert());
            if (part.kind() == Part.Kind.PARAMETER || part.kind() == Part.Kind.BUFFER) {
                boolean trained = part.kind() == Part.Kind.PARAMETER;
                weights.add(new Weight(part.role(), key, path, part.init(), boxed(part.shape()), trained));
                continue;
            }
            long[] shape = part.shape();
            boolean turned = transposed && part.kind() == Part.Kind.LINEAR;
            weights.add(new Weight(
                    part.role(),
                    key + ".weight",
                    path + ".weight",
                    part.init(),
                    turned ? List.of(shape[1], shape[0]) : boxed(shape),
                    true));
            if (part.bias()) {
                weights.add(new Weight(
                        part.role(), key + ".bias", path + ".bias", Weight.Init.ZEROS, List.of(shape[0]), true));
            }
        }
        return weights;
    }

    private static List<Long> boxed(long[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    /** The name in a checkpoint of a weight outside of all layers. */
    public String nameOf(Role role) {
        return names.path(role, -1, -1) + ".weight";
    }

    /** The shapes by name, in the order of {@link #weights()}. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        weights().forEach(weight -> shapes.put(weight.name(), weight.dimensions()));
        return shapes;
    }

    /** The number of parameters. A tied head counts once. */
    public long parameters() {
        return weights().stream().mapToLong(Weight::elements).sum();
    }

    /**
     * The linear modules of a layer that adapters can have, in the order of the forward pass. In a model with
     * experts, a target of PEFT with the name of an expert's module means the modules of all experts. So modules with
     * the same names in layers without experts cannot have adapters of their own, and are not in the list.
     */
    public List<Module> modules(int layer) {
        boolean transposed = layers.get(layer).transposed();
        return layers.get(layer).parts(hidden).stream()
                .filter(part -> part.kind() == Part.Kind.LINEAR)
                .map(part -> new Module(
                        part.role(),
                        names.path(part.role(), layer, -1),
                        Math.toIntExact(part.shape()[1]),
                        Math.toIntExact(part.shape()[0]),
                        transposed))
                .filter(module -> !isNamedAsExperts(module.path()))
                .toList();
    }

    private boolean isNamedAsExperts(String path) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        return layers.stream().anyMatch(layer -> layer.feedForward() instanceof Experts)
                && Stream.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN)
                        .anyMatch(role -> names.table().getOrDefault(role, "").endsWith("." + name));
    }

    /** The names of the linear modules in PEFT, each once, in the order of the forward pass: {@code all-linear}. */
    public List<String> targets() {
        LinkedHashSet<String> targets = new LinkedHashSet<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            modules(layer).forEach(module -> targets.add(module.target()));
        }
        return List.copyOf(targets);
    }

    /**
     * The length in tokens up to which sequences have the usual positions. Longer sequences need packs of their own.
     * 0 if all sequences have the usual positions.
     */
    public int lengthBound() {
        for (Layer layer : layers) {
            if (layer.mixer() instanceof Attention attention
                    && attention.rope() != null
                    && attention.rope().beyond() != null) {
                return attention.rope().beyond().length();
            }
        }
        return 0;
    }
}
