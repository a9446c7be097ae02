package io.attune.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;

/**
 * Repeats requests after failures that may pass: broken connections, silence, 429 and 5xx. The pause doubles with
 * each failure, unless the server asks for another pause. The count of failures starts again after a try with
 * progress.
 */
final class Retries {

    static final int TRIES = 5;

    /**
     * The number of new bytes that count as progress. With a smaller number, a slow server could keep the download
     * alive for ever.
     */
    static final long PROGRESS = 1 << 20;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Patience.Pause pause;
    private final DownloadListener listener;

    Retries(Patience.Pause pause, DownloadListener listener) {
        this.pause = pause;
        this.listener = listener;
    }

    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /**
     * Runs the attempt until it succeeds, and gives its result.
     *
     * @param progress gives the number of bytes so far
     * @throws HubException if the attempt fails too often in a row, or if another try cannot help
     */
    <T> T call(String what, LongSupplier progress, Attempt<T> attempt) {
        int failures = 0;
        long reached = progress.getAsLong();
        while (true) {
            try {
                return attempt.run();
            } catch (SSLHandshakeException e) {
                throw new HubException(
                        what + " failed: the server's certificate is not trusted (" + e.getMessage() + ")", e);
            } catch (IOException e) {
                if (progress.getAsLong() - reached >= PROGRESS) {
                    failures = 0;
                    reached = progress.getAsLong();
                }
                failures++;
                waitAfter(what, failures, e);
            } catch (InterruptedException e) {
                throw interrupted(what, e);
            }
        }
    }

    private void waitAfter(String what, int failures, IOException failure) {
        String reason = what + " failed: " + reason(failure);
        Duration asked = failure instanceof TemporaryFailure busy ? busy.pause().orElse(null) : null;
        if (asked != null && asked.compareTo(LONGEST_PAUSE) > 0) {
            throw new HubException(
                    reason + ", and it asks for a pause of " + asked.toSeconds() + " s; repeat the command then",
                    failure);
        }
        if (failures == TRIES) {
            throw new HubException(
                    reason + " (" + TRIES
                            + " times in a row); repeat the command later: it goes on where this one ended",
                    failure);
        }
        Duration length = asked != null ? asked : FIRST_PAUSE.multipliedBy(1L << (failures - 1));
        listener.waiting(reason, length);
        try {
            pause.make(length);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** The reason of a failure. Many exceptions of the network have no message, or only that of their cause. */
    private static String reason(IOException failure) {
        boolean ours = failure instanceof TemporaryFailure || failure.getClass() == IOException.class;
        String kind = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? kind : ours ? failure.getMessage() : kind + ", " + failure.getMessage();
    }

    private static HubException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new HubException(what + " was interrupted", e);
    }
}
