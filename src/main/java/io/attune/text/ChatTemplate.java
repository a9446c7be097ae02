package io.attune.text;

import io.attune.dataset.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model's chat template: writes a conversation as the text that the model was made for. */
public final class ChatTemplate {

    private ChatTemplate() {}

    /** Compiles {@code source}; {@code specialTokens} are the template's variables {@code bos_token}, {@code eos_token}, ... */
    public static ChatTemplate compile(String source, Map<String, String> specialTokens) {
        throw new UnsupportedOperationException();
    }

    /** The template of a model folder: {@code chat_template.jinja}, else {@code chat_template} of {@code tokenizer_config.json}. */
    public static Optional<ChatTemplate> read(Path modelFolder) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The conversation as text. {@code tools} may be null. */
    public String render(List<Message> messages, List<Object> tools, boolean addGenerationPrompt) {
        throw new UnsupportedOperationException();
    }
}
