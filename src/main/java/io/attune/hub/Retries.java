package io.attune.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;

/**
 * Repeats what failed for a reason that may pass: broken connections, silence, 429 and 5xx. The pause doubles with
 * each failure, or is what the server asks for. Tries are counted anew when one has brought the work forward.
 */
final class Retries {

    static final int TRIES = 5;

    /** So many bytes beyond the farthest so far count as progress; fewer would let a server keep us for ever. */
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
     * What the attempt gives in the end.
     *
     * @param progress how many bytes there are so far
     * @throws HubException if it failed too often in a row, or cannot be repeated
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

    /** Many exceptions of the network have no message, or only one of what lies below. */
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
