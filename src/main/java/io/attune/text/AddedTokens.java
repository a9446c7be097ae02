package io.attune.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The added tokens of a model folder, by the rules of transformers 5. Three files define them:
 *
 * <ul>
 *   <li>tokenizer.json lists them in {@code added_tokens}.
 *   <li>{@code added_tokens_decoder} of tokenizer_config.json overrides what tokenizer.json says about a token.
 *   <li>tokenizer_config.json names special tokens. Without {@code added_tokens_decoder}, special_tokens_map.json
 *       names more. A named token is added if no added token has the same text.
 * </ul>
 */
final class AddedTokens {

    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();

    private AddedTokens(List<AddedToken> inTokenizer) {
        inTokenizer.forEach(token -> tokens.put(token.content(), token));
    }

    /**
     * Returns the tokens in the order in which the library assigns ids to tokens outside the vocabulary.
     *
     * @param inTokenizer {@code added_tokens} of tokenizer.json
     * @param config tokenizer_config.json
     * @param specialTokensMap special_tokens_map.json
     */
    static Collection<AddedToken> of(List<AddedToken> inTokenizer, JsonNode config, JsonNode specialTokensMap) {
        AddedTokens added = new AddedTokens(inTokenizer);
        Map<String, JsonNode> named = SpecialTokens.named(config);
        List<JsonNode> extra = SpecialTokens.extra(config);
        if (config.path("added_tokens_decoder").isObject()) {
            added.override(config.path("added_tokens_decoder"), named);
        } else {
            named.putAll(SpecialTokens.named(specialTokensMap));
            extra.addAll(SpecialTokens.extra(specialTokensMap));
        }
        named.values().forEach(added::addSpecial);
        extra.forEach(added::addSpecial);
        return added.tokens.values();
    }

    private void override(JsonNode decoder, Map<String, JsonNode> named) {
        Map<Integer, AddedToken> byId = new TreeMap<>();
        decoder.forEachEntry((id, token) -> byId.put(Integer.parseInt(id), AddedToken.of(token)));
        Set<String> names = new LinkedHashSet<>();
        named.values().forEach(token -> names.add(SpecialTokens.text(token)));
        for (AddedToken token : byId.values()) {
            AddedToken before = tokens.get(token.content());
            boolean special = before != null && before.special() || names.contains(token.content());
            tokens.put(token.content(), special ? token.asSpecial() : token);
        }
    }

    private void addSpecial(JsonNode token) {
        String content = SpecialTokens.text(token);
        tokens.computeIfAbsent(
                content, name -> token.isObject() ? AddedToken.of(token).asSpecial() : AddedToken.special(name));
    }
}
