package io.attune.worker.attempt;

import io.attune.worker.lease.Diagnosis;

/** What is done in an attempt. */
interface AttemptWork {

    /**
     * Does it and writes how it ended, unless something came in its way.
     *
     * @throws Exception what came in its way: {@link Diagnosis} tells what that means for the job
     */
    void run(OpenAttempt open) throws Exception;
}
