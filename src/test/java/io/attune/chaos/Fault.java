package io.attune.chaos;

import java.util.Locale;

/**
 * What goes wrong.
 *
 * @see Scale how often
 */
enum Fault {
    /** SIGKILL. */
    KILL_API(8),
    KILL_WORKER(21),
    KILL_TRAINER(24),
    KILL_DATABASE(8),
    /** SIGSTOP for longer than the lease, then SIGCONT: it believes that no time has passed. */
    STALL_WORKER(6),
    /** SIGTERM: it gives back what it has. */
    STOP_WORKER(6),
    STORE_AWAY(6),
    DROP_CONNECTIONS(6),
    FULL_DISK(6);

    /** How often in the long form. */
    private final int often;

    Fault(int often) {
        this.often = often;
    }

    int often() {
        return often;
    }

    boolean kill() {
        return name().startsWith("KILL");
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
