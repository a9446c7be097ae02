package io.attune.architecture;

import java.util.List;

/**
 * One tensor of a checkpoint.
 *
 * @param role what it is for
 * @param key as kernels name it: {@code q.weight}, {@code q.bias}, {@code sinks}, {@code expert_gate.3.weight}
 * @param name as the checkpoint names it: {@code model.layers.0.self_attn.q_proj.weight}
 * @param shape row-major
 * @param trained whether full training changes it; a buffer of transformers' stays as it is
 */
public record Weight(Role role, String key, String name, Init init, List<Long> shape, boolean trained) {

    /** What a new model starts with, as transformers initialises it. */
    public enum Init {
        ONES,
        ZEROS,
        /** Normal, with a deviation of 0.02. */
        NORMAL
    }

    /** The shape as an array of its own. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether it scales states by 1 + itself; GGUF files hold the sum. */
    public boolean aroundOne() {
        return init == Init.ZEROS && key.endsWith("norm.weight");
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
