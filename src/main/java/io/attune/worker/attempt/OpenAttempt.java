package io.attune.worker.attempt;

import io.attune.catalog.BaseModel;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.worker.lease.LeasedAttempt;
import java.nio.file.Path;
import java.util.List;

/**
 * An attempt that this worker works on.
 *
 * @param held through which everything is written
 * @param states that it can go on from, the newest first
 * @param slot where its trainer runs: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param folder its own, gone when it is over
 */
record OpenAttempt(
        LeasedAttempt held,
        ClaimedJob job,
        List<ResumeCheckpoint> states,
        BaseModel model,
        String slot,
        Path folder,
        Supervision supervision) {}
