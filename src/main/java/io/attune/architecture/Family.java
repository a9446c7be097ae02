package io.attune.architecture;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One family of models: reads the family's config.json. A family is a class of package {@code family} with a
 * constructor without parameters; {@link Families} finds it there.
 */
public interface Family {

    /** The value of {@code model_type} in config.json: {@code qwen3}. */
    String modelType();

    /**
     * The only allowed value of {@code architectures} in config.json, if the field is there:
     * {@code Qwen3ForCausalLM}.
     */
    String className();

    /**
     * Reads the description of a model.
     *
     * @throws RuntimeException made by {@link Fields#refused}, if a value is impossible or not supported
     */
    Architecture read(Fields config);

    /** The fields that config.json may leave out, with the default values of the family's class in transformers. */
    default Map<String, Object> absentFields() {
        return Map.of();
    }

    /** The token ids that apply if config.json has none: the defaults of transformers. */
    default TokenIds absentTokens() {
        return TokenIds.NONE;
    }

    /** The prefixes that some checkpoints of this family have instead of the names' stem: {@code ""}. */
    default List<String> otherStems() {
        return List.of();
    }

    /** The prefixes of tensors that belong to no layer of the decoder. transformers leaves them out too. */
    default List<String> leftOut() {
        return List.of();
    }

    /** The form of the family in GGUF files; empty if Attune does not support it. */
    default Optional<GgufForm> gguf() {
        return Optional.empty();
    }

    /** @param bos null for none; the same holds for the others */
    record TokenIds(Integer bos, Integer eos, Integer pad) {
        public static final TokenIds NONE = new TokenIds(null, null, null);
    }
}
