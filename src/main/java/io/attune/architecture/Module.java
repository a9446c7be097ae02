package io.attune.architecture;

/**
 * A linear module of a layer. LoRA can adapt it.
 *
 * @param path in a checkpoint, without {@code .weight}: {@code model.layers.3.self_attn.q_proj}
 * @param transposed whether the weight is [inputs, outputs], as in GPT-2's Conv1D, and not [outputs, inputs]
 */
public record Module(Role role, String path, int inputs, int outputs, boolean transposed) {

    /** The last part of the path, which {@code target_modules} of PEFT lists: {@code q_proj}. */
    public String target() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
