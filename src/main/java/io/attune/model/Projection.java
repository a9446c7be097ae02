package io.attune.model;

import io.attune.format.ModelConfig;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The linear maps of a decoder layer, in the order in which the kernels take them. */
public enum Projection {
    QUERY("self_attn", "q_proj"),
    KEY("self_attn", "k_proj"),
    VALUE("self_attn", "v_proj"),
    OUTPUT("self_attn", "o_proj"),
    GATE("mlp", "gate_proj"),
    UP("mlp", "up_proj"),
    DOWN("mlp", "down_proj");

    private final String block;
    private final String module;

    Projection(String block, String module) {
        this.block = block;
        this.module = module;
    }

    /** PEFT's name for it: {@code q_proj}, ... */
    public String module() {
        return module;
    }

    /** Its path in a checkpoint, without {@code .weight}: {@code model.layers.3.self_attn.q_proj}. */
    public String path(int layer) {
        return "model.layers." + layer + "." + block + "." + module;
    }

    public int inputs(ModelConfig config) {
        return switch (this) {
            case OUTPUT -> config.heads() * config.headDim();
            case DOWN -> config.intermediateSize();
            default -> config.hiddenSize();
        };
    }

    public int outputs(ModelConfig config) {
        return switch (this) {
            case QUERY -> config.heads() * config.headDim();
            case KEY, VALUE -> config.kvHeads() * config.headDim();
            case OUTPUT, DOWN -> config.hiddenSize();
            case GATE, UP -> config.intermediateSize();
        };
    }

    /** @throws IllegalArgumentException naming the modules that there are */
    public static Projection of(String module) {
        return Arrays.stream(values())
                .filter(projection -> projection.module.equals(module))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no linear module " + module + "; there are "
                        + Arrays.stream(values()).map(Projection::module).collect(Collectors.joining(", "))));
    }
}
