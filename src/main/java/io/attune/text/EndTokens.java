package io.attune.text;

import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The tokens at which a server ends an answer.
 *
 * @param answers ids that end an answer: those of config.json and generation_config.json, and the tokenizer's
 *     {@code eos_token}. transformers and vLLM combine the same ids.
 * @param text the id that ends a text: the tokenizer's {@code eos_token}, else the first of the other ids
 */
public record EndTokens(Set<Integer> answers, int text) {

    public EndTokens {
        answers = Set.copyOf(answers);
    }

    /** @throws ModelFormatException if the model names no end token */
    public static EndTokens read(Path modelFolder, ModelConfig config, Tokenizer tokenizer) throws IOException {
        Set<Integer> ids = new LinkedHashSet<>();
        OptionalInt eos = tokenizer.specialId("eos_token");
        eos.ifPresent(ids::add);
        ids.addAll(config.eosTokenIds());
        JsonNode generation = SpecialTokens.config(modelFolder.resolve("generation_config.json"))
                .path("eos_token_id");
        if (generation.isIntegralNumber()) {
            ids.add(generation.intValue());
        }
        for (JsonNode id : generation) {
            if (id.isIntegralNumber()) {
                ids.add(id.intValue());
            }
        }
        if (ids.isEmpty()) {
            throw new ModelFormatException("the model names no token that ends a text, so it could not learn to stop."
                    + " Import it with --eos TOKEN, such as --eos '</s>'");
        }
        return new EndTokens(ids, eos.orElse(ids.iterator().next()));
    }
}
