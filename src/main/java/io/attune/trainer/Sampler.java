package io.attune.trainer;

import io.attune.model.Decoder;
import io.attune.model.GreedyGeneration;
import io.attune.trainer.message.TrainerMessage;
import java.util.Arrays;
import java.util.function.Consumer;

/** Generates a model's answers to prompts, greedily. */
final class Sampler {

    private final Decoder decoder;
    private final ModelText text;
    private final GreedyGeneration generation;
    private final int maxNewTokens;
    private final Heartbeat heartbeat;

    Sampler(Decoder decoder, ModelText text, int maxNewTokens, Heartbeat heartbeat) {
        this.decoder = decoder;
        this.text = text;
        this.generation = new GreedyGeneration(decoder, text.ends());
        this.maxNewTokens = maxNewTokens;
        this.heartbeat = heartbeat;
    }

    /** Whether the model's context has room for an answer. */
    boolean fits(Prompt prompt) {
        int length = prompt.ids().length;
        return length > 0 && length < decoder.architecture().context();
    }

    TrainerMessage.Sample sample(String phase, int index, Prompt prompt) {
        int[] ids = generation.complete(prompt.ids(), maxNewTokens, token -> heartbeat.beat());
        return new TrainerMessage.Sample(phase, index, prompt.turns(), text.decode(ids), ids.length);
    }

    /**
     * Generates an answer and passes it on piece by piece. Keeps an incomplete character back until its last token.
     */
    void stream(Prompt prompt, Consumer<String> pieces) {
        StringBuilder said = new StringBuilder();
        int[] buffer = new int[maxNewTokens];
        int[] count = {0};
        int[] ids = generation.complete(prompt.ids(), maxNewTokens, token -> {
            heartbeat.beat();
            buffer[count[0]++] = token;
            String all = text.decode(Arrays.copyOf(buffer, count[0]));
            if (!all.endsWith("\uFFFD")) {
                pieces.accept(all.substring(said.length()));
                said.setLength(0);
                said.append(all);
            }
        });
        String all = text.decode(ids);
        if (all.length() > said.length()) {
            pieces.accept(all.substring(said.length()));
        }
    }
}
