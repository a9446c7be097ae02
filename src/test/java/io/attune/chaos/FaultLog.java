package io.attune.chaos;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What was done, when, and to whom. */
final class FaultLog {

    /** @param interrupted attempts that lost their trainer or their worker by it */
    record Entry(Instant at, Fault fault, String target, List<Processes.Trainer> interrupted) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final PrintStream out;
    private final Instant start = Instant.now();

    FaultLog(PrintStream out) {
        this.out = out;
    }

    synchronized void done(Instant at, Fault fault, String target, List<Processes.Trainer> interrupted) {
        entries.add(new Entry(at, fault, target, List.copyOf(interrupted)));
        String whom = interrupted.isEmpty()
                ? ""
                : "; at work: "
                        + String.join(
                                ", ",
                                interrupted.stream()
                                        .map(trainer -> trainer.job() + " attempt " + trainer.attempt())
                                        .toList());
        say(fault.text() + ": " + target + whom);
    }

    /** What went wrong beyond what was meant to. */
    synchronized void trouble(String what) {
        troubles.add(what);
        say("TROUBLE: " + what);
    }

    synchronized void say(String what) {
        Instant now = Instant.now();
        long seconds = Duration.between(start, now).toSeconds();
        out.printf("%s %4d s  %s%n", now.truncatedTo(ChronoUnit.MILLIS), seconds, what);
        out.flush();
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized List<String> troubles() {
        return List.copyOf(troubles);
    }
}
