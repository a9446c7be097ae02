package io.attune.trainer;

import static io.attune.setting.Hyperparameters.ADAM_BETA1;
import static io.attune.setting.Hyperparameters.ADAM_BETA2;
import static io.attune.setting.Hyperparameters.ADAM_EPSILON;
import static io.attune.setting.Hyperparameters.CHECKPOINT_STEPS;
import static io.attune.setting.Hyperparameters.EVAL_STEPS;
import static io.attune.setting.Hyperparameters.MAX_GRAD_NORM;
import static io.attune.setting.Hyperparameters.MICRO_BATCH_TOKENS;
import static io.attune.setting.Hyperparameters.WEIGHT_DECAY;

import io.attune.dataset.ReferenceRows;
import io.attune.format.LoraAdapterConfig;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.model.AdamW;
import io.attune.model.Decoder;
import io.attune.model.LoraAdapter;
import io.attune.model.Loss;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.model.TrainingState;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Lora;
import io.attune.setting.Setting;
import io.attune.setting.Tuning;
import io.attune.text.TokenRow;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Mode {@code train}: trains a base model on token rows and writes the artifact. */
final class TrainingRun {

    private static final int SAMPLE_TOKENS = 128;

    /** The training was stopped on request; the unfinished step is lost. */
    static final class StoppedAt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int step;
        private final String folder;

        StoppedAt(int step, String folder) {
            super("stopped after step " + step, null, false, false);
            this.step = step;
            this.folder = folder;
        }

        /** The last finished step. */
        int step() {
            return step;
        }

        /** The folder of the state after that step, or null. */
        String folder() {
            return folder;
        }
    }

    private final Torch torch;
    private final TrainerSpec.Train spec;
    private final Hyperparameters settings;
    private final Heartbeat heartbeat;
    private final SavePace pace;
    private final boolean alone;
    private final Consumer<TrainerMessage> out;
    private Position position = Position.START;

    /** @param alone whether no worker reads the messages and copies the saved states */
    TrainingRun(
            Torch torch,
            TrainerSpec.Train spec,
            Heartbeat heartbeat,
            SavePace pace,
            boolean alone,
            Consumer<TrainerMessage> out) {
        this.torch = torch;
        this.spec = spec;
        this.settings = spec.hyperparameters();
        this.heartbeat = heartbeat;
        this.pace = pace;
        this.alone = alone;
        this.out = out;
    }

    TrainerMessage.Finished run() throws IOException {
        ModelConfig config = ModelConfig.read(spec.model());
        try (ModelText text = ModelText.open(spec.model(), config, spec.data().chat())) {
            TokenisedFile training = read(spec.data().training(), text, "training file");
            TokenisedFile validation =
                    spec.data().validation() == null ? null : read(spec.data().validation(), text, "validation file");
            Parameters parameters = parameters(config);
            LoraAdapter adapter = adapter(config);
            System.gc(); // unmaps the files of the weights
            try (Decoder decoder = new Decoder(torch, config.architecture(), parameters, adapter)) {
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
        List<Prompt> prompts = (validation == null ? training : validation).prompts();
        StepPlan plan = StepPlan.of(rows.size(), settings, spec.seed());
        LearningRateSchedule schedule = LearningRateSchedule.of(settings, plan.steps());
        Evaluation evaluation = new Evaluation(decoder, settings.get(MICRO_BATCH_TOKENS), heartbeat);
        decoder.train();
        long trainable = decoder.trainable().values().stream()
                .mapToLong(p -> p.getShape().size())
                .sum();
        out.accept(new TrainerMessage.Started(
                spec.device(), spec.threads(), plan.steps(), rows.size(), validationRows.size(), trainable));

        try (AdamW optimizer = new AdamW(torch, decoder.trainable().values(), adamW())) {
            var tensors = new TrainingState(torch, decoder.trainable(), optimizer);
            var identity = TrainingIdentity.of(spec, rows, validationRows);
            var resume = new ResumeFolder(tensors, spec, identity, Conditions.of(spec), heartbeat);
            var saver = new StateSaver(resume, spec.results().output(), pace, alone, out);
            if (spec.start().resume() != null) {
                goOn(resume);
            }
            try {
                GradientStep gradientStep = new GradientStep(
                        torch, decoder, optimizer, settings.get(MICRO_BATCH_TOKENS), spec.seed(), heartbeat);
                if (position.step() == 0) {
                    sample("before", decoder, text, prompts);
                    evaluate(0, evaluation, validationRows);
                } else if (!position.complete()) {
                    complete(plan, artifact, evaluation, validationRows);
                }
                while (position.step() < plan.steps()) {
                    int next = position.step() + 1;
                    List<TokenRow> batch =
                            plan.rows(next).stream().map(rows::get).toList();
                    long tokens = step(gradientStep, plan, schedule, next, batch);
                    position = position.next(tokens);
                    if (next == plan.steps()) {
                        artifact.settle();
                    }
                    complete(plan, artifact, evaluation, validationRows);
                    saver.saveIfDue(position);
                }
                Path folder = spec.results().output().resolve("final");
                artifact.write(folder);
                sample("after", decoder, text, prompts);
                double reference = validationRows.isEmpty()
                        ? evaluation
                                .over(ReferenceRows.of(rows, validationRows))
                                .mean()
                        : position.validLoss();
                return new TrainerMessage.Finished(
                        position.step(), position.trainedTokens(), reference, folder.toString(), PeakMemory.bytes());
            } catch (Heartbeat.Stopped e) {
                throw new StoppedAt(position.step(), saver.save(position));
            }
        }
    }

    private void goOn(ResumeFolder resume) {
        try {
            ResumeFolder.Restored restored = resume.read(spec.start().resume());
            position = restored.position();
            out.accept(new TrainerMessage.Resumed(position.step(), restored.differences()));
        } catch (ModelFormatException | IOException e) {
            out.accept(new TrainerMessage.NotResumed(e.getMessage()));
        }
    }

    /**
     * Does the evaluation and the checkpoint that are due after the newest step. If a stop interrupts the
     * evaluation, the resumed training does both.
     */
    private void complete(StepPlan plan, Artifact artifact, Evaluation evaluation, List<TokenRow> validationRows)
            throws IOException {
        int step = position.step();
        Double validLoss = position.validLoss();
        if (due(EVAL_STEPS, plan, step)) {
            validLoss = evaluate(step, evaluation, validationRows);
        }
        if (due(CHECKPOINT_STEPS, plan, step)) {
            Path folder = spec.results().output().resolve("checkpoints").resolve("step-" + step);
            artifact.write(folder);
            out.accept(new TrainerMessage.Checkpoint(step, folder.toString()));
        }
        position = position.completed(validLoss);
    }

    /** Takes a step and reports it. Returns the number of tokens of its rows. */
    private long step(
            GradientStep gradientStep, StepPlan plan, LearningRateSchedule schedule, int step, List<TokenRow> batch) {
        long start = System.nanoTime();
        double rate = schedule.at(step);
        GradientStep.Result result = gradientStep.take(step, batch, rate);
        long tokens = batch.stream().mapToLong(TokenRow::tokens).sum();
        out.accept(new TrainerMessage.Step(
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

    private boolean due(Setting<Integer> every, StepPlan plan, int step) {
        return step == plan.steps()
                || settings.find(every).map(steps -> step % steps == 0).orElseGet(() -> plan.endsEpoch(step));
    }

    /** Returns the mean loss; null if there are no rows. */
    private Double evaluate(int step, Evaluation evaluation, List<TokenRow> rows) {
        if (rows.isEmpty()) {
            return null;
        }
        Loss loss = evaluation.over(rows);
        out.accept(new TrainerMessage.Evaluated(step, loss.mean(), loss.accuracy(), loss.targets()));
        return loss.mean();
    }

    private void sample(String phase, Decoder decoder, ModelText text, List<Prompt> prompts) {
        Sampler sampler = new Sampler(decoder, text, SAMPLE_TOKENS, heartbeat);
        List<Prompt> fitting = prompts.stream()
                .filter(sampler::fits)
                .limit(spec.results().samplePrompts())
                .toList();
        for (int i = 0; i < fitting.size(); i++) {
            out.accept(sampler.sample(phase, i, fitting.get(i)));
        }
    }

    private TokenisedFile read(Path file, ModelText text, String name) throws IOException {
        return TokenisedFile.read(file, text, settings, heartbeat).orFail(name);
    }

    private Parameters parameters(ModelConfig config) {
        if (spec.start().randomWeights()) {
            return Parameters.random(torch, config.architecture(), spec.seed());
        }
        boolean trained = spec.tuning().type() == Tuning.Type.FULL;
        return Parameters.load(torch, config.architecture(), spec.model(), trained);
    }

    private LoraAdapter adapter(ModelConfig config) {
        return switch (spec.tuning().type()) {
            case LORA -> lora(config);
            case FULL -> null;
        };
    }

    private LoraAdapter lora(ModelConfig config) {
        if (spec.start().adapter() != null) {
            return LoraAdapter.load(torch, config.architecture(), spec.start().adapter());
        }
        Tuning tuning = spec.tuning();
        var adapter = new LoraAdapterConfig(
                tuning.get(Lora.R),
                tuning.get(Lora.LORA_ALPHA),
                tuning.get(Lora.LORA_DROPOUT),
                tuning.get(Lora.TARGET_MODULES),
                spec.results().baseName(),
                config.architecture().layers().get(0).transposed());
        return LoraAdapter.create(torch, config.architecture(), adapter, spec.seed());
    }

    private AdamW.Settings adamW() {
        return new AdamW.Settings(
                settings.get(ADAM_BETA1),
                settings.get(ADAM_BETA2),
                settings.get(ADAM_EPSILON),
                settings.get(WEIGHT_DECAY),
                settings.get(MAX_GRAD_NORM));
    }
}
