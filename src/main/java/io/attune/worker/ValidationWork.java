package io.attune.worker;

import io.attune.job.BaseModelLimits;
import io.attune.job.JobSettings;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptJournal;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.message.TrainerJson;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** A trainer reads all rows of a job's files and reports on them. */
@Component
final class ValidationWork implements AttemptWork {

    private final AttemptJournal journal;
    private final AttemptEnd end;
    private final Specifications specifications;
    private final TrainerLauncher launcher;

    ValidationWork(AttemptJournal journal, AttemptEnd end, Specifications specifications, TrainerLauncher launcher) {
        this.journal = journal;
        this.end = end;
        this.specifications = specifications;
        this.launcher = launcher;
    }

    @Override
    public void run(OpenAttempt open) throws Exception {
        BaseModelLimits limits = BaseModelLimits.of(open.model());
        JobSettings resolved = open.job().settings().resolve(limits.linearModules(), limits.context());
        TrainerSpec.Validate specification = specifications.validate(open.job(), resolved, open.model(), open.folder());
        open.lease().persist(() -> journal.specification(open.attempt(), TrainerJson.of(specification)));
        TrainerMessage last;
        try (RunningTrainer trainer =
                launcher.start(open.folder(), "spec", specification, open.slot(), OptionalLong.empty())) {
            last = open.supervision().follow(trainer, Supervision.OnPause.STOP, message -> {});
        }
        if (last instanceof TrainerMessage.Failed failed) {
            throw new AttemptFailureException(Diagnosis.said(failed));
        }
        new ValidationAttempt(end).finish(open.attempt(), open.job(), resolved, open.model(), last, open.lease());
    }
}
