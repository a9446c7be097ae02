package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import java.nio.file.Path;

/**
 * An attempt that this worker holds, and what it works on.
 *
 * @param slot where its trainer runs: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param folder its own, gone when it is over
 * @param lease through which everything is written
 */
record OpenAttempt(
        Attempt attempt,
        FineTuningJob job,
        BaseModel model,
        String slot,
        Path folder,
        LeaseKeeper lease,
        Supervision supervision) {}
