package io.attune.job.attempt;

import io.attune.job.Attempt;
import java.util.List;

/**
 * An attempt that a worker has claimed, and all that the worker has to know for it.
 *
 * @param states of the training that the attempt can go on from, the newest first; empty if it begins from the start
 */
public record Claim(Attempt attempt, ClaimedJob job, List<ResumeCheckpoint> states) {}
