package io.attune.command;

import java.io.PrintStream;
import java.util.Locale;

/** One line of progress: rewritten in place on a terminal, else a line for every tenth of the way. */
final class ProgressBar {

    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private int tenths = -1;

    ProgressBar(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(int step, int steps, double loss, double tokensPerSecond, long secondsLeft) {
        int filled = steps == 0 ? 0 : WIDTH * step / steps;
        String line = String.format(
                Locale.ROOT,
                "  [%s%s] step %d/%d  loss %.3f  %.0f tokens/s  %d s left",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                step,
                steps,
                loss,
                tokensPerSecond,
                secondsLeft);
        if (terminal) {
            out.print("\r" + line + "\033[K");
            out.flush();
        } else if (steps > 0 && 10 * step / steps > tenths) {
            tenths = 10 * step / steps;
            out.println(line);
        }
    }

    void end() {
        if (terminal) {
            out.println();
        }
    }
}
