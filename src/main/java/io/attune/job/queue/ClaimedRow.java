package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.Purpose;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.attempt.ResumeCheckpoint;
import java.util.List;

/** The rows that a claim has read. Their JSON is not parsed yet. */
record ClaimedRow(Attempt attempt, FineTuningJob job, List<ResumeCheckpoint> states) {

    Claim claim() {
        return new Claim(
                attempt,
                new ClaimedJob(
                        job.model(),
                        job.tunedModelName(),
                        attempt.purpose() == Purpose.TRAIN ? job.resolved() : job.settings(),
                        new ClaimedJob.Rows(job.trainingFile(), job.trainingBlob()),
                        job.validationBlob() == null
                                ? null
                                : new ClaimedJob.Rows(job.validationFile(), job.validationBlob()),
                        job.seed(),
                        new ClaimedJob.Chat(job.chatTemplateKwargs(), job.renderedAt()),
                        job.cpuMemory()),
                states);
    }
}
