package io.attune.command;

import java.io.PrintStream;

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

    /** @param text what stands behind the bar */
    void show(long done, long total, String text) {
        int filled = total == 0 ? 0 : (int) (WIDTH * done / total);
        String line = "  [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + text;
        if (terminal) {
            out.print("\r" + line + "\033[K");
            out.flush();
        } else if (total > 0 && (int) (10 * done / total) > tenths) {
            tenths = (int) (10 * done / total);
            out.println(line);
        }
    }

    void end() {
        if (terminal) {
            out.println();
        }
    }
}
