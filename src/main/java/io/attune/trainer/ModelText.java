package io.attune.trainer;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.format.ModelConfig;
import io.attune.text.ChatTemplate;
import io.attune.text.RowEncoder;
import io.attune.text.Tokenizer;
import io.attune.trainer.message.TrainerSpec.ChatSettings;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The text side of a model folder: its tokenizer, its chat template, and how prompts and rows become tokens. */
final class ModelText implements AutoCloseable {

    /** The role of a prompt that is raw text rather than a conversation. */
    static final String RAW = "prompt";

    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final Set<Integer> ends;
    private final int endOfText;

    private ModelText(Tokenizer tokenizer, Optional<ChatTemplate> template, Set<Integer> ends, int endOfText) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.ends = ends;
        this.endOfText = endOfText;
    }

    static ModelText open(Path folder, ModelConfig config, ChatSettings chat) throws IOException {
        Tokenizer tokenizer = Tokenizer.open(folder);
        Set<Integer> ends = new HashSet<>(config.eosTokenIds());
        tokenizer.specialId("eos_token").ifPresent(ends::add);
        int endOfText = tokenizer
                .specialId("eos_token")
                .orElseGet(() -> ends.stream()
                        .findFirst()
                        .orElseThrow(() -> new TrainerException(
                                "invalid_model",
                                folder + " names no end-of-text token: tokenizer_config.json needs eos_token")));
        return new ModelText(
                tokenizer,
                ChatTemplate.read(folder).map(template -> template.with(chat.chatTemplateKwargs())),
                ends,
                endOfText);
    }

    RowEncoder encoder() {
        return new RowEncoder(tokenizer, template, endOfText);
    }

    /** Tokens that end an answer. */
    Set<Integer> ends() {
        return ends;
    }

    /** The tokens that serving would put before the answer. */
    int[] prompt(List<ChatTurn> turns) {
        if (turns.size() == 1 && turns.get(0).role().equals(RAW)) {
            return tokenizer.encode(turns.get(0).content());
        }
        ChatTemplate chat = template.orElseThrow(() -> new TrainerException(
                "no_chat_template",
                "This model has no chat template; it can only continue raw text (role \"" + RAW + "\")."));
        List<Message> messages = turns.stream()
                .map(turn -> new Message(turn.role(), turn.content()))
                .toList();
        return tokenizer.encode(chat.render(messages, null, true));
    }

    /** The text of tokens, control tokens among them. */
    String decodeAll(int[] ids) {
        return tokenizer.decode(ids, false);
    }

    String decode(int[] ids) {
        return tokenizer.decode(ids, true);
    }

    /** What comes before the row's last answer. */
    static List<ChatTurn> promptOf(Row row) {
        if (row instanceof Row.Completion completion) {
            return List.of(new ChatTurn(RAW, completion.prompt()));
        }
        List<Message> messages = ((Row.Chat) row).messages();
        int last = messages.size() - 1;
        while (!messages.get(last).role().equals("assistant")) {
            last--;
        }
        return messages.subList(0, last).stream()
                .map(message -> new ChatTurn(message.role(), message.content() == null ? "" : message.content()))
                .toList();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
