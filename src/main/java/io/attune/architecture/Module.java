package io.attune.architecture;

/**
 * A linear module of a layer: what LoRA can adapt.
 *
 * @param path in a checkpoint, without {@code .weight}: {@code model.layers.3.self_attn.q_proj}
 * @param transposed whether its weight is [inputs, outputs], as GPT-2's Conv1D has it, and not [outputs, inputs]
 */
public record Module(Role role, String path, int inputs, int outputs, boolean transposed) {

    /** The last part of the path, which PEFT's {@code target_modules} name: {@code q_proj}. */
    public String target() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
