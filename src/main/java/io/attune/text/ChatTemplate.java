package io.attune.text;

import io.attune.dataset.Message;
import io.attune.text.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A model's chat template: writes a conversation as the text that the model was made for, with the variables
 * transformers gives it.
 */
public final class ChatTemplate {

    private final Template template;
    private final Map<String, String> specialTokens;
    private final Map<String, Object> kwargs;

    private ChatTemplate(Template template, Map<String, String> specialTokens, Map<String, Object> kwargs) {
        this.template = template;
        this.specialTokens = specialTokens;
        this.kwargs = kwargs;
    }

    /** This template, given further variables in every render; those that transformers gives cannot be replaced. */
    public ChatTemplate with(Map<String, Object> variables) {
        return new ChatTemplate(template, specialTokens, variables);
    }

    /**
     * Compiles a template.
     *
     * @param specialTokens the template's variables {@code bos_token}, {@code eos_token}, ...
     * @throws io.attune.text.template.TemplateException if it is not valid or uses what is not built; the message names
     *     it and its line
     */
    public static ChatTemplate compile(String source, Map<String, String> specialTokens) {
        return new ChatTemplate(Template.compile(source), Map.copyOf(specialTokens), Map.of());
    }

    /**
     * The template of a model folder: {@code chat_template.jinja}, else {@code chat_template} of {@code
     * tokenizer_config.json}.
     */
    public static Optional<ChatTemplate> read(Path modelFolder) throws IOException {
        Path file = modelFolder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            return Optional.of(compile(Files.readString(file), SpecialTokens.read(modelFolder)));
        }
        Path config = modelFolder.resolve("tokenizer_config.json");
        JsonNode template = SpecialTokens.config(config).path("chat_template");
        if (template.isMissingNode() || template.isNull()) {
            return Optional.empty();
        }
        if (!template.isString()) {
            throw new IOException(config + ": several chat templates are not supported; put the one to use into"
                    + " chat_template.jinja beside it");
        }
        return Optional.of(compile(template.stringValue(), SpecialTokens.read(modelFolder)));
    }

    /**
     * The conversation as text.
     *
     * @param tools as in {@link io.attune.dataset.Row.Chat}; null for none
     * @param addGenerationPrompt whether to end with what comes before an answer of the assistant
     * @throws io.attune.text.template.TemplateException if the template refuses the conversation
     */
    public String render(List<Message> messages, List<Object> tools, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(kwargs);
        variables.putAll(specialTokens);
        variables.put("messages", messages.stream().map(ChatTemplate::variable).toList());
        variables.put("tools", tools);
        variables.put("documents", null);
        variables.put("add_generation_prompt", addGenerationPrompt);
        return template.render(variables);
    }

    /** A message as the template sees it: the keys of the API, those alone that are given. */
    private static Map<String, Object> variable(Message message) {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("role", message.role());
        variable.put("content", message.content());
        if (message.name() != null) {
            variable.put("name", message.name());
        }
        if (message.toolCalls() != null) {
            variable.put("tool_calls", message.toolCalls());
        }
        if (message.toolCallId() != null) {
            variable.put("tool_call_id", message.toolCallId());
        }
        return variable;
    }
}
