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
 * The added tokens of a model folder, as transformers 5 makes them of three files: those of tokenizer.json; what {@code
 * added_tokens_decoder} of tokenizer_config.json says of a token has precedence; and special tokens that are named in
 * tokenizer_config.json, or in special_tokens_map.json where there is no {@code added_tokens_decoder}, are added if no
 * added token is called so.
 */
final class AddedTokens {

    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();

    private AddedTokens(List<AddedToken> inTokenizer) {
        inTokenizer.forEach(token -> tokens.put(token.content(), token));
    }

    /**
     * The tokens in the order in which ids are given to those that the vocabulary does not hold.
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
