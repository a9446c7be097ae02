package io.attune.command;

import io.attune.hub.DownloadListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows the progress of a download: the loaded share of the weights, the speed, and the reason of a pause. */
final class DownloadBar implements DownloadListener, AutoCloseable {

    private final PrintStream out;
    private final ProgressBar bar;
    private final LongSupplier nanoTime;
    private boolean hasBegun;
    private boolean lineIsOpen;
    private long started;
    private long doneAtStart;
    private long shownThousandths = -1;

    /** @param nanoTime a clock that counts nanoseconds from any start */
    DownloadBar(PrintStream out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.bar = new ProgressBar(out, terminal);
        this.nanoTime = nanoTime;
    }

    @Override
    public void progress(String file, long done, long total) {
        if (!hasBegun) {
            hasBegun = true;
            started = nanoTime.getAsLong();
            doneAtStart = done;
        }
        long thousandths = total == 0 ? 1000 : (long) (1000.0 * done / total);
        if (thousandths == shownThousandths) {
            return;
        }
        shownThousandths = thousandths;
        lineIsOpen = true;
        double seconds = (nanoTime.getAsLong() - started) / 1e9;
        double bytesPerSecond = seconds > 0 ? (done - doneAtStart) / seconds : 0;
        String left = bytesPerSecond > 0
                ? String.format(
                        Locale.ROOT, "  %.1f MB/s  %.0f s left", bytesPerSecond / 1e6, (total - done) / bytesPerSecond)
                : "";
        bar.show(done, total, String.format(Locale.ROOT, "%.1f of %.1f MB  %s%s", done / 1e6, total / 1e6, file, left));
    }

    @Override
    public void waiting(String reason, Duration pause) {
        close();
        out.println("  " + reason + "; trying again in " + pause.toSeconds() + " s");
    }

    /** Ends the line of the bar. */
    @Override
    public void close() {
        if (lineIsOpen) {
            bar.end();
            lineIsOpen = false;
        }
    }
}
