package io.attune.hub;

import java.time.Duration;

/** Follows the progress of a download. */
public interface DownloadListener {

    /**
     * Reports weights that have arrived, or that were in the folder already.
     *
     * @param file the file that the bytes belong to
     * @param done bytes of all weights so far
     * @param total bytes of all weights
     */
    void progress(String file, long done, long total);

    /** Reports a failed request. The request is repeated after the pause. */
    void waiting(String reason, Duration pause);
}
