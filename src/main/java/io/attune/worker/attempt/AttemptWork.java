package io.attune.worker.attempt;

import io.attune.worker.lease.Diagnosis;

/** The work of an attempt: a validation or a training. */
interface AttemptWork {

    /**
     * Does the work, and ends the attempt unless a problem prevents that.
     *
     * @throws Exception the problem; {@link Diagnosis} decides what it means for the job
     */
    void run(OpenAttempt open) throws Exception;
}
