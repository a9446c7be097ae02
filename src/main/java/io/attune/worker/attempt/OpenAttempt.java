package io.attune.worker.attempt;

import io.attune.catalog.BaseModel;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.worker.lease.LeasedAttempt;
import java.nio.file.Path;
import java.util.List;

/**
 * An attempt that this worker runs.
 *
 * @param held writes everything about the attempt
 * @param states saved states from which the training can continue, the newest first
 * @param slot device of its trainer: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param folder work folder of the attempt, deleted after the attempt
 */
record OpenAttempt(
        LeasedAttempt held,
        ClaimedJob job,
        List<ResumeCheckpoint> states,
        BaseModel model,
        String slot,
        Path folder,
        Supervision supervision) {}
