package io.attune.trainer;

import io.attune.format.LoraAdapterConfig;
import io.attune.format.ModelConfig;
import io.attune.model.AdamW;
import io.attune.model.Decoder;
import io.attune.model.LoraAdapter;
import io.attune.model.Loss;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.text.TokenRow;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import io.attune.trainer.message.TrainerSpec.Hyperparameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Mode {@code train}: from a base model and token rows to the artifact. */
final class TrainingRun {

    private static final int SAMPLE_TOKENS = 128;

    /** Stopped as asked; the unfinished step is dropped. */
    static final class StoppedAt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int step;

        StoppedAt(int step) {
            super("stopped after step " + step, null, false, false);
            this.step = step;
        }

        /** The last finished step. */
        int step() {
            return step;
        }
    }

    private final Torch torch;
    private final TrainerSpec.Train spec;
    private final Hyperparameters settings;
    private final Heartbeat heartbeat;
    private final MessageChannel out;

    TrainingRun(Torch torch, TrainerSpec.Train spec, Heartbeat heartbeat, MessageChannel out) {
        this.torch = torch;
        this.spec = spec;
        this.settings = spec.hyperparameters();
        this.heartbeat = heartbeat;
        this.out = out;
    }

    TrainerMessage.Finished run() throws IOException {
        ModelConfig config = ModelConfig.read(spec.model());
        try (ModelText text = ModelText.open(spec.model(), config)) {
            TokenisedFile training = read(spec.data().training(), text, "training file");
            TokenisedFile validation =
                    spec.data().validation() == null ? null : read(spec.data().validation(), text, "validation file");
            Parameters parameters = parameters(config);
            LoraAdapter adapter = adapter(config);
            System.gc(); // unmaps the files that the weights were read from
            try (Decoder decoder = new Decoder(torch, config, parameters, adapter)) {
                Artifact artifact = new Artifact(torch, spec, config, parameters, adapter);
                return train(decoder, artifact, text, training, validation);
            }
        }
    }

    private TrainerMessage.Finished train(
            Decoder decoder, Artifact artifact, ModelText text, TokenisedFile training, TokenisedFile validation)
            throws IOException {
        List<TokenRow> rows = training.rows();
        List<TokenRow> validationRows = validation == null ? List.of() : validation.rows();
        List<List<ChatTurn>> prompts = (validation == null ? training : validation).prompts();
        StepPlan plan = StepPlan.of(rows.size(), settings, spec.seed());
        LearningRateSchedule schedule = LearningRateSchedule.of(settings, plan.steps());
        Evaluation evaluation = new Evaluation(decoder, settings.microBatchTokens(), heartbeat);
        decoder.train();
        long trainable = decoder.trainable().values().stream()
                .mapToLong(p -> p.getShape().size())
                .sum();
        out.send(new TrainerMessage.Started(
                spec.device(), spec.threads(), plan.steps(), rows.size(), validationRows.size(), trainable));

        sample("before", decoder, text, prompts);
        evaluate(0, evaluation, validationRows);
        long trainedTokens = 0;
        Loss valid = Loss.NONE;
        int step = 0;
        try (AdamW optimizer = new AdamW(torch, decoder.trainable().values(), adamW())) {
            GradientStep gradientStep =
                    new GradientStep(torch, decoder, optimizer, settings.microBatchTokens(), spec.seed(), heartbeat);
            for (int next = 1; next <= plan.steps(); next++) {
                List<TokenRow> batch = plan.rows(next).stream().map(rows::get).toList();
                trainedTokens += step(gradientStep, plan, schedule, next, batch);
                step = next;
                if (step == plan.steps()) {
                    artifact.settle();
                }
                if (due(settings.evalSteps(), plan, step)) {
                    valid = evaluate(step, evaluation, validationRows);
                }
                if (due(settings.checkpointSteps(), plan, step)) {
                    Path folder = spec.output().resolve("checkpoints").resolve("step-" + step);
                    artifact.write(folder);
                    out.send(new TrainerMessage.Checkpoint(step, folder.toString()));
                }
            }
        } catch (Heartbeat.Stopped e) {
            throw new StoppedAt(step);
        }
        Path folder = spec.output().resolve("final");
        artifact.write(folder);
        sample("after", decoder, text, prompts);
        double reference = validationRows.isEmpty()
                ? evaluation
                        .over(Evaluation.referenceRows(rows, validationRows))
                        .mean()
                : valid.mean();
        return new TrainerMessage.Finished(step, trainedTokens, reference, folder.toString(), PeakMemory.bytes());
    }

    /** Takes a step, reports it, and returns how many tokens its rows have. */
    private long step(
            GradientStep gradientStep, StepPlan plan, LearningRateSchedule schedule, int step, List<TokenRow> batch) {
        long start = System.nanoTime();
        double rate = schedule.at(step);
        GradientStep.Result result = gradientStep.take(step, batch, rate);
        long tokens = batch.stream().mapToLong(TokenRow::length).sum();
        out.send(new TrainerMessage.Step(
                step,
                plan.steps(),
                plan.epoch(step),
                result.loss().mean(),
                result.loss().accuracy(),
                result.gradNorm(),
                rate,
                batch.size(),
                tokens,
                result.loss().targets(),
                (System.nanoTime() - start) / 1e9,
                PeakMemory.bytes()));
        return tokens;
    }

    private boolean due(int every, StepPlan plan, int step) {
        return step == plan.steps() || (every > 0 ? step % every == 0 : plan.endsEpoch(step));
    }

    private Loss evaluate(int step, Evaluation evaluation, List<TokenRow> rows) {
        if (rows.isEmpty()) {
            return Loss.NONE;
        }
        Loss loss = evaluation.over(rows);
        out.send(new TrainerMessage.Evaluated(step, loss.mean(), loss.accuracy(), loss.targets()));
        return loss;
    }

    private void sample(String phase, Decoder decoder, ModelText text, List<List<ChatTurn>> prompts) {
        Sampler sampler = new Sampler(decoder, text, SAMPLE_TOKENS, heartbeat);
        List<List<ChatTurn>> fitting = prompts.stream()
                .filter(sampler::fits)
                .limit(spec.samplePrompts())
                .toList();
        for (int i = 0; i < fitting.size(); i++) {
            out.send(sampler.sample(phase, i, fitting.get(i)));
        }
    }

    private TokenisedFile read(Path file, ModelText text, String name) throws IOException {
        return TokenisedFile.read(
                        file,
                        text.encoder(),
                        spec.data().maxLength(),
                        spec.data().overlongRows(),
                        heartbeat)
                .orFail(name);
    }

    private Parameters parameters(ModelConfig config) {
        if (spec.method() instanceof TrainerSpec.Method.Full full) {
            return full.randomInit()
                    ? Parameters.random(torch, config, spec.seed())
                    : Parameters.load(torch, config, spec.model(), true);
        }
        return Parameters.load(torch, config, spec.model(), false);
    }

    private LoraAdapter adapter(ModelConfig config) {
        if (spec.method() instanceof TrainerSpec.Method.Lora lora) {
            if (spec.initialAdapter() != null) {
                return LoraAdapter.load(torch, config, spec.initialAdapter());
            }
            var adapter = new LoraAdapterConfig(
                    lora.r(), lora.loraAlpha(), lora.loraDropout(), lora.targetModules(), spec.baseName());
            return LoraAdapter.create(torch, config, adapter, spec.seed());
        }
        return null;
    }

    private AdamW.Settings adamW() {
        return new AdamW.Settings(
                settings.adamBeta1(),
                settings.adamBeta2(),
                settings.adamEpsilon(),
                settings.weightDecay(),
                settings.maxGradNorm());
    }
}
