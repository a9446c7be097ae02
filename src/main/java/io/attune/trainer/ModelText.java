package io.attune.trainer;

import io.attune.dataset.Message;
import io.attune.format.ModelConfig;
import io.attune.text.ChatTemplate;
import io.attune.text.EndTokens;
import io.attune.text.RowEncoder;
import io.attune.text.Tokenizer;
import io.attune.trainer.message.TrainerSpec.ChatSettings;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text side of a model folder. Opens its tokenizer and chat template, and encodes prompts and rows as tokens.
 */
final class ModelText implements AutoCloseable {

    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final EndTokens ends;

    private ModelText(Tokenizer tokenizer, Optional<ChatTemplate> template, EndTokens ends) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.ends = ends;
    }

    static ModelText open(Path folder, ModelConfig config, ChatSettings chat) throws IOException {
        Tokenizer tokenizer = Tokenizer.open(folder);
        LocalDateTime time = chat.renderedAt() == null ? LocalDateTime.now(ZoneOffset.UTC) : chat.renderedAt();
        return new ModelText(
                tokenizer,
                ChatTemplate.read(folder)
                        .map(template ->
                                template.with(chat.chatTemplateKwargs()).at(time)),
                EndTokens.read(folder, config, tokenizer));
    }

    /** @param maxLength number of tokens after which the rest of a conversation is not rendered */
    RowEncoder encoder(int maxLength) {
        return new RowEncoder(tokenizer, template, ends, maxLength);
    }

    /** The tokens that end an answer. */
    Set<Integer> ends() {
        return ends.answers();
    }

    /** Encodes the text that a server puts before the answer to a conversation, or to raw text. */
    Prompt prompt(List<ChatTurn> turns) {
        if (turns.size() == 1 && turns.get(0).role().equals(Prompt.RAW)) {
            return new Prompt(turns, tokenizer.encodeWithSpecial(turns.get(0).content()));
        }
        ChatTemplate chat = template.orElseThrow(() -> new TrainerException(
                "no_chat_template",
                "This model has no chat template; it can only continue raw text (role \"" + Prompt.RAW + "\")."));
        List<Message> messages = turns.stream()
                .map(turn -> new Message(turn.role(), turn.content()))
                .toList();
        return new Prompt(turns, tokenizer.encode(chat.render(messages, null, true)));
    }

    /** Returns the text of tokens, including control tokens. */
    String decodeAll(int[] ids) {
        return tokenizer.decode(ids, false);
    }

    String decode(int[] ids) {
        return tokenizer.decode(ids, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
