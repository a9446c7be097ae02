package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.body.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code chat_template_kwargs} of a request: variables for the chat template, JSON values of any kind. */
public final class ChatTemplateKwargs {

    static final String FIELD = "chat_template_kwargs";

    private static final int MOST_BYTES = 64 << 10; // as JSON

    /** Maximum bytes of a request body: half for these variables, half for all other fields. */
    public static final int LONGEST_BODY = 2 * MOST_BYTES;

    private static final int DEEPEST = 16;
    static final Pattern NAME = Pattern.compile("^[A-Za-z_][A-Za-z0-9_]*$");

    /**
     * Names that a request must not use: every template gets these variables, or they are arguments of
     * {@code apply_chat_template} of transformers.
     */
    static final Set<String> TAKEN = Set.of(
            "messages",
            "tools",
            "documents",
            "add_generation_prompt",
            "bos_token",
            "eos_token",
            "unk_token",
            "sep_token",
            "pad_token",
            "cls_token",
            "mask_token",
            "additional_special_tokens",
            "raise_exception",
            "strftime_now",
            "conversation",
            "chat_template",
            "continue_final_message",
            "tokenize");

    private ChatTemplateKwargs() {}

    /** Returns the variables in the order of the request; empty if the field is absent. */
    static Map<String, Object> read(JsonFields request) {
        JsonFields fields = request.object(FIELD);
        if (fields == null) {
            return Map.of();
        }
        JsonNode all = request.any(FIELD);
        int bytes = all.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw ApiException.invalidValue(
                    FIELD, "'" + FIELD + "' must be at most " + MOST_BYTES + " bytes of JSON, not " + bytes + ".");
        }
        Map<String, Object> kwargs = new LinkedHashMap<>();
        fields.entries().forEach(entry -> {
            checkName(entry.getKey());
            checkValue(fields, entry.getKey(), entry.getValue(), 1);
            kwargs.put(
                    entry.getKey(), JsonMapper.shared().convertValue(entry.getValue(), new TypeReference<Object>() {}));
        });
        return kwargs;
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw ApiException.invalidValue(
                    FIELD,
                    "'" + FIELD + "': '" + name
                            + "' is no name of a variable. A name has the letters A to Z and a to z, digits and"
                            + " '_', and does not begin with a digit.");
        }
        if (TAKEN.contains(name)) {
            throw ApiException.invalidValue(
                    FIELD + "." + name,
                    "'" + FIELD + "." + name + "' cannot be given: the service itself gives it to the chat template.");
        }
    }

    private static void checkValue(JsonFields fields, String name, JsonNode value, int depth) {
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw fields.refused(name, "must hold numbers that a 64 bit float can hold", value);
        }
        if (value.isContainer() && depth > DEEPEST) {
            throw ApiException.invalidValue(
                    fields.name(name), "'" + fields.name(name) + "' is nested deeper than " + DEEPEST + " levels.");
        }
        value.values().forEach(inner -> checkValue(fields, name, inner, depth + 1));
    }
}
