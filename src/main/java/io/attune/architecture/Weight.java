package io.attune.architecture;

import java.util.List;

/**
 * One tensor of a checkpoint.
 *
 * @param role the purpose of the weight
 * @param key the name in kernels: {@code q.weight}, {@code q.bias}, {@code sinks}, {@code expert_gate.3.weight}
 * @param name the name in the checkpoint: {@code model.layers.0.self_attn.q_proj.weight}
 * @param shape row-major
 * @param trained whether full training changes it; false for a buffer of transformers
 */
public record Weight(Role role, String key, String name, Init init, List<Long> shape, boolean trained) {

    /** The first value in a new model, as in transformers. */
    public enum Init {
        ONES,
        ZEROS,
        /** Normal, with a standard deviation of 0.02. */
        NORMAL
    }

    /** The shape as a new array. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether the factor of states is 1 + this weight. GGUF files hold the sum. */
    public boolean aroundOne() {
        return init == Init.ZEROS && key.endsWith("norm.weight");
    }

    /** The number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
