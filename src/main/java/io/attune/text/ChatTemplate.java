package io.attune.text;

import io.attune.dataset.Message;
import io.attune.format.ModelFormatException;
import io.attune.json.Shown;
import io.attune.text.template.Template;
import io.attune.text.template.TemplateException;
import io.attune.text.template.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A model's chat template. Writes a conversation as text in the form that the model was trained on. The template
 * gets the same variables as in transformers 5 and vLLM:
 *
 * <ul>
 *   <li>{@code messages}: the keys of the API that are present; {@code content} always; a call's {@code arguments}
 *       as an object; reasoning under each of its three names: {@code reasoning_content}, {@code reasoning} and
 *       {@code thinking};
 *   <li>{@code tools}: none if the row has none; {@code documents}: always none; {@code add_generation_prompt};
 *   <li>the special tokens ({@code bos_token}, ...). The job's {@code chat_template_kwargs} override them.
 * </ul>
 *
 * Content is a string. As in vLLM, content is a list with one text part for templates that write nothing for a
 * string.
 *
 * <p>A model may have a second template, {@code tool_use}, for conversations with tools, as in transformers'
 * {@code get_chat_template}.
 */
public final class ChatTemplate {

    private static final String DEFAULT = "default";
    private static final int MOST_NAMES = 200; // chars
    private static final String TOOL_USE = "tool_use";
    /** A text that no template contains. */
    private static final String PROBE = "zq0qz";

    private final Template plain;
    private final Template withTools;
    private final Map<String, Object> variables;
    private final LocalDateTime now;
    /** Whether the template gets content as a list of parts, because it writes nothing for a string. */
    private final boolean inParts;

    private ChatTemplate(Template plain, Template withTools, Map<String, Object> variables, LocalDateTime now) {
        this.plain = plain;
        this.withTools = withTools;
        this.variables = variables;
        this.now = now;
        this.inParts = !writes(PROBE) && writes(parts(PROBE));
    }

    /** Whether the template writes content that has this form. */
    private boolean writes(Object content) {
        Map<String, Object> all = variables(null);
        all.put("messages", List.of(Map.of("role", "user", "content", content)));
        all.put("add_generation_prompt", true);
        try {
            return plain.render(all, LocalDateTime.of(2000, 1, 1, 0, 0)).contains(PROBE);
        } catch (TemplateException e) {
            return false;
        }
    }

    private static List<Object> parts(String text) {
        return List.of(Map.of("type", "text", "text", text));
    }

    /**
     * Compiles a template.
     *
     * @param specialTokens the template's variables {@code bos_token}, {@code eos_token}, ...
     * @throws io.attune.text.template.TemplateException if the template is not valid; the message names the error
     *     and its line
     */
    public static ChatTemplate compile(String source, Map<String, String> specialTokens) {
        Template template = Template.compile(source);
        return new ChatTemplate(template, template, new HashMap<>(specialTokens), null);
    }

    /**
     * Reads the template of a model folder: {@code chat_template.jinja} with
     * {@code additional_chat_templates/tool_use.jinja}, else {@code chat_template} of
     * {@code tokenizer_config.json}, which is a text or a list of named texts.
     */
    public static Optional<ChatTemplate> read(Path modelFolder) throws IOException {
        Map<String, String> sources = sources(modelFolder);
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        if (!sources.containsKey(DEFAULT)) {
            throw new ModelFormatException(
                    modelFolder + " has the chat templates " + Shown.of(String.join(", ", sources.keySet()), MOST_NAMES)
                            + ", and none is named default; put the one to use into chat_template.jinja");
        }
        Template plain = Template.compile(sources.get(DEFAULT));
        Template withTools = sources.containsKey(TOOL_USE) ? Template.compile(sources.get(TOOL_USE)) : plain;
        return Optional.of(new ChatTemplate(plain, withTools, new HashMap<>(SpecialTokens.read(modelFolder)), null));
    }

    /** Returns the sources by template name. */
    private static Map<String, String> sources(Path modelFolder) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        Path file = modelFolder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            sources.put(DEFAULT, Files.readString(file));
            Path toolUse = modelFolder.resolve("additional_chat_templates").resolve(TOOL_USE + ".jinja");
            if (Files.isRegularFile(toolUse)) {
                sources.put(TOOL_USE, Files.readString(toolUse));
            }
            return sources;
        }
        JsonNode template = SpecialTokens.config(modelFolder.resolve("tokenizer_config.json"))
                .path("chat_template");
        if (template.isString()) {
            sources.put(DEFAULT, template.stringValue());
        }
        for (JsonNode named : template) {
            sources.put(named.path("name").asString(""), named.path("template").asString(""));
        }
        return sources;
    }

    /** Returns this template with more variables. They override existing ones. */
    public ChatTemplate with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(variables);
        all.putAll(more);
        return new ChatTemplate(plain, withTools, all, now);
    }

    /** Returns this template with the current time. A template that prints the time fails without it. */
    public ChatTemplate at(LocalDateTime time) {
        return new ChatTemplate(plain, withTools, variables, time);
    }

    /**
     * Writes the conversation as text.
     *
     * @param tools as in {@link io.attune.dataset.Row.Chat}; null for none
     * @param addGenerationPrompt whether to end with the text before an answer of the assistant
     * @throws io.attune.text.template.TemplateException if the template refuses the conversation
     */
    public String render(List<Message> messages, List<Object> tools, boolean addGenerationPrompt) {
        Map<String, Object> all = variables(tools);
        all.put("messages", variablesOf(messages));
        all.put("add_generation_prompt", addGenerationPrompt);
        return template(tools).render(all, now);
    }

    /**
     * Renders the beginnings of a conversation, one after the other.
     *
     * @param work counts the work of all renderings
     */
    Transcript transcript(List<Message> messages, List<Object> tools, Work work) {
        return new Transcript(template(tools).conversation(variables(tools), variablesOf(messages), now, work), work);
    }

    private Template template(List<Object> tools) {
        return tools == null ? plain : withTools;
    }

    private Map<String, Object> variables(List<Object> tools) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("tools", tools);
        all.put("documents", null);
        return all;
    }

    private List<Map<String, Object>> variablesOf(List<Message> messages) {
        return messages.stream().map(this::variable).toList();
    }

    /** Returns a message as the template's variable. */
    private Map<String, Object> variable(Message message) {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("role", message.role());
        variable.put("content", inParts ? parts(message.content()) : message.content());
        putIfThere(variable, "name", message.name());
        putIfThere(variable, "reasoning_content", message.reasoning());
        putIfThere(variable, "reasoning", message.reasoning());
        putIfThere(variable, "thinking", message.reasoning());
        putIfThere(variable, "tool_calls", message.toolCalls());
        putIfThere(variable, "tool_call_id", message.toolCallId());
        return variable;
    }

    private static void putIfThere(Map<String, Object> variable, String key, Object value) {
        if (value != null) {
            variable.put(key, value);
        }
    }
}
