package io.attune.hub;

import java.time.Duration;

/** Sees how a download goes. */
public interface DownloadListener {

    /**
     * Bytes of the weights have come, or were there already.
     *
     * @param file the one that they belong to
     * @param done bytes of all weights that are there
     * @param total bytes of all weights
     */
    void progress(String file, long done, long total);

    /** A request failed and is repeated after a while. */
    void waiting(String reason, Duration pause);
}
