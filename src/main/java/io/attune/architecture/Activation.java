package io.attune.architecture;

/** The nonlinearity of an MLP. */
public enum Activation {
    SILU,
    GELU,
    /** The tanh approximation of GELU. */
    GELU_TANH,
    RELU;

    /**
     * Reads an activation by its name in transformers.
     *
     * @param absent the name if the field is absent
     * @throws RuntimeException if the activation is not supported; the message names field and value
     */
    public static Activation read(Fields fields, String field, String absent) {
        String name = fields.text(field, absent);
        return switch (name) {
            case "silu", "swish" -> SILU;
            case "gelu" -> GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> GELU_TANH;
            case "relu" -> RELU;
            default ->
                throw fields.refused(
                        field,
                        "is \"" + name + "\"; built are silu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast and relu");
        };
    }
}
