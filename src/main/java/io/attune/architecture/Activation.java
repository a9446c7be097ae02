package io.attune.architecture;

/** The nonlinearity of an MLP. */
public enum Activation {
    SILU,
    GELU,
    /** GELU by its tanh approximation. */
    GELU_TANH,
    RELU;

    /**
     * By transformers' name.
     *
     * @throws RuntimeException naming field and value, if it is not built
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
