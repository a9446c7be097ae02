package io.attune.architecture;

/**
 * The purpose of a weight. Kernels find weights by the first name. A {@link Names} table gives the names in
 * checkpoints.
 *
 * <p>The second name is the one in GGUF files (llama.cpp's {@code LLM_TENSOR_NAMES}). Inside of a layer,
 * {@code blk.N.} stands before it. It is null if Attune does not support the form in GGUF files.
 */
public enum Role {
    EMBEDDING("embedding", "token_embd"),
    POSITIONS("positions", "position_embd"),
    EMBEDDING_NORM("embedding_norm", "token_embd_norm"),
    FINAL_NORM("final_norm", "output_norm"),
    HEAD("head", "output"),
    ATTENTION_NORM("attention_norm", "attn_norm"),
    ATTENTION_POST_NORM("attention_post_norm", "post_attention_norm"),
    MLP_NORM("mlp_norm", "ffn_norm"),
    MLP_POST_NORM("mlp_post_norm", "post_ffw_norm"),
    LAYER_SCALE("layer_scale", null),
    Q("q", "attn_q"),
    K("k", "attn_k"),
    V("v", "attn_v"),
    QKV("qkv", "attn_qkv"),
    O("o", "attn_output"),
    Q_NORM("q_norm", "attn_q_norm"),
    K_NORM("k_norm", "attn_k_norm"),
    SINKS("sinks", null),
    GATE("gate", "ffn_gate"),
    UP("up", "ffn_up"),
    GATE_UP("gate_up", "ffn_up"),
    DOWN("down", "ffn_down"),
    ROUTER("router", null),
    EXPERT_GATE("expert_gate", null),
    EXPERT_UP("expert_up", null),
    EXPERT_DOWN("expert_down", null),
    EXPERTS_GATE_UP("experts_gate_up", null),
    EXPERTS_GATE_UP_BIAS("experts_gate_up_bias", null),
    EXPERTS_DOWN("experts_down", null),
    EXPERTS_DOWN_BIAS("experts_down_bias", null),
    DELTA_QKV("delta_qkv", null),
    DELTA_GATE("delta_gate", null),
    DELTA_BETA("delta_beta", null),
    DELTA_ALPHA("delta_alpha", null),
    DELTA_CONVOLUTION("delta_convolution", null),
    DELTA_DECAY("delta_decay", null),
    DELTA_STEP("delta_step", null),
    DELTA_NORM("delta_norm", null),
    DELTA_OUT("delta_out", null);

    private final String key;
    private final String gguf;

    Role(String key, String gguf) {
        this.key = key;
        this.gguf = gguf;
    }

    /** The name in kernels. */
    public String key() {
        return key;
    }

    /** The name in GGUF files, without layer and suffix; null if Attune does not support it. */
    public String gguf() {
        return gguf;
    }

    /** Whether the weight is inside of a layer. */
    boolean ofLayer() {
        return compareTo(ATTENTION_NORM) >= 0;
    }
}
