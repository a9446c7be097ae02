package io.attune.trainer;

import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.text.ChatTrial;
import io.attune.text.Tokenizer;
import io.attune.text.template.TemplateException;
import io.attune.trainer.message.TrainerMessage.Tried;
import io.attune.trainer.message.TrainerMessage.TriedChat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;

/** Mode {@code try}: finds out whether a model's tokenizer and chat template work, and for which chats. */
final class Trial {

    private Trial() {}

    /** @throws ModelFormatException if a part does not work; the message names the part */
    static Tried of(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        int rows = config.vocabSize();
        int ids = tokenIds(folder);
        if (ids > rows) {
            throw new ModelFormatException(
                    "tokenizer.json has token ids up to " + (ids - 1) + ", but vocab_size of config.json is " + rows);
        }
        try {
            return new Tried(ChatTrial.of(folder, config, LocalDateTime.now(Clock.systemUTC())).stream()
                    .map(chat -> new TriedChat(chat.chat(), chat.problem(), chat.warning()))
                    .toList());
        } catch (IOException | TemplateException e) {
            throw new ModelFormatException(
                    "the chat template cannot be used: " + e.getMessage()
                            + " Import the model with another one: --chat-template FILE",
                    e);
        }
    }

    private static int tokenIds(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return tokenizer.vocabSize();
        } catch (IOException | RuntimeException e) { // the native tokenizer has no exception type of its own
            throw new ModelFormatException("tokenizer.json cannot be used: " + e.getMessage(), e);
        }
    }
}
