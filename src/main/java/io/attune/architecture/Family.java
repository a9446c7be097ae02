package io.attune.architecture;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One family of models: how its config.json is read. A family is a class of package {@code family} with a constructor without parameters;
 * {@link Families} finds it there.
 */
public interface Family {

    /** {@code model_type} in config.json: {@code qwen3}. */
    String modelType();

    /** What {@code architectures} in config.json has to name, if it is there: {@code Qwen3ForCausalLM}. */
    String className();

    /**
     * Reads the description of a model.
     *
     * @throws RuntimeException made by {@link Fields#refused}, for what is impossible or not built
     */
    Architecture read(Fields config);

    /** Fields that config.json may leave out, with the values that transformers' class for the family gives them. */
    default Map<String, Object> absentFields() {
        return Map.of();
    }

    /** Token ids where config.json does not say, as transformers has them. */
    default TokenIds absentTokens() {
        return TokenIds.NONE;
    }

    /** Prefixes that some checkpoints of this family have in place of the names' stem: {@code ""}. */
    default List<String> otherStems() {
        return List.of();
    }

    /** Prefixes of tensors that belong to no layer of the decoder and that transformers leaves out too. */
    default List<String> leftOut() {
        return List.of();
    }

    /** How GGUF files hold it; empty where that is not built. */
    default Optional<GgufForm> gguf() {
        return Optional.empty();
    }

    /** @param bos null for none; so are the others */
    record TokenIds(Integer bos, Integer eos, Integer pad) {
        public static final TokenIds NONE = new TokenIds(null, null, null);
    }
}
