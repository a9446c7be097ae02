package io.attune.command;

import java.io.PrintStream;

/**
 * Shows progress in one line. On a terminal the bar rewrites the line. Elsewhere it prints a line for every tenth of
 * the work.
 */
final class ProgressBar {

    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private int tenths = -1;

    ProgressBar(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** @param text the text after the bar */
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
