package io.attune.command;

import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** A trainer process in mode {@code sample}: it holds a model and answers prompts. */
final class SampleProcess implements AutoCloseable {

    private final TrainerChild trainer;

    private SampleProcess(TrainerChild trainer) {
        this.trainer = trainer;
    }

    /**
     * Starts it and waits until the model is loaded.
     *
     * @param data the data folder, where native libraries are unpacked
     */
    static SampleProcess start(TrainerSpec.Sample specification, Path data) throws IOException {
        TrainerChild trainer = TrainerChild.start(specification, data);
        try {
            trainer.next(); // started
            return new SampleProcess(trainer);
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    /** Answers all prompts of the specification, each handed over as it comes. */
    void samples(int count, Consumer<TrainerMessage.Sample> each) throws IOException {
        for (int i = 0; i < count; i++) {
            each.accept((TrainerMessage.Sample) trainer.next());
        }
    }

    /** Answers one more prompt, piece by piece. */
    String ask(List<ChatTurn> prompt, Consumer<String> pieces) throws IOException {
        trainer.tell(JsonMapper.shared().writeValueAsString(prompt));
        StringBuilder answer = new StringBuilder();
        for (var text = (TrainerMessage.Text) trainer.next();
                !text.done();
                text = (TrainerMessage.Text) trainer.next()) {
            answer.append(text.text());
            pieces.accept(text.text());
        }
        return answer.toString();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
