package io.attune.worker.attempt;

import io.attune.job.attempt.AttemptReport;
import io.attune.setting.TrainingSettings;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.message.TrainerJson;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.worker.lease.AttemptFailureException;
import io.attune.worker.lease.Diagnosis;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** Runs a validation: a trainer reads all rows of a job's files and reports on them. */
@Component
final class ValidationWork implements AttemptWork {

    private final Specifications specifications;
    private final TrainerLauncher launcher;

    ValidationWork(Specifications specifications, TrainerLauncher launcher) {
        this.specifications = specifications;
        this.launcher = launcher;
    }

    @Override
    public void run(OpenAttempt open) throws Exception {
        TrainingSettings resolved = open.job().settings().resolve(open.model().limits());
        TrainerSpec.Validate specification = specifications.validate(open.job(), resolved, open.model(), open.folder());
        open.held().record(new AttemptReport.Specification(TrainerJson.of(specification)));
        TrainerMessage last;
        try (RunningTrainer trainer =
                launcher.start(open.folder(), "spec", specification, open.slot(), OptionalLong.empty())) {
            last = open.supervision().follow(trainer, Supervision.OnPause.STOP, message -> {});
        }
        if (last instanceof TrainerMessage.Failed failed) {
            throw new AttemptFailureException(Diagnosis.said(failed));
        }
        if (!(last instanceof TrainerMessage.Validated validated)) {
            throw new TrainerDiedException("It said something that is no end of a validation.");
        }
        open.held().end(ValidationFindings.end(open.job(), resolved, open.model(), validated));
    }
}
