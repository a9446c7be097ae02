package io.attune.command;

import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Runs a trainer process in mode {@code sample}, which holds a model and answers prompts. */
final class SampleProcess implements AutoCloseable {

    private final TrainerChild trainer;

    private SampleProcess(TrainerChild trainer) {
        this.trainer = trainer;
    }

    /** Starts the process and waits until the model is loaded. */
    static SampleProcess start(TrainerSpec.Sample specification, Path data) throws IOException {
        TrainerChild trainer = TrainerChild.start(specification, data);
        try {
            trainer.next(); // the message that the model is loaded
            return new SampleProcess(trainer);
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    /** Answers all prompts of the specification. Passes each answer to {@code each} when it arrives. */
    void samples(int count, Consumer<TrainerMessage.Sample> each) throws IOException {
        for (int i = 0; i < count; i++) {
            each.accept((TrainerMessage.Sample) trainer.next());
        }
    }

    /** Answers one more prompt and passes on each piece of the answer. Returns the whole answer. */
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
