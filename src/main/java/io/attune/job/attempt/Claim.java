package io.attune.job.attempt;

import io.attune.job.Attempt;
import java.util.List;

/**
 * A claimed attempt, with all data that the worker needs for it.
 *
 * @param states saved states of the training, the newest first; empty if the training starts from the beginning
 */
public record Claim(Attempt attempt, ClaimedJob job, List<ResumeCheckpoint> states) {}
