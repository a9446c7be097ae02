package io.attune.command;

import io.attune.storage.StorageException;
import io.attune.storage.StoreCopy;
import io.attune.storage.StoreCopy.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs {@code ./attune store copy FROM TO}: copies the artifact store of a service to another place. */
public final class StoreMain {

    private static final String USAGE = """
            usage: attune store copy FROM TO

              FROM, TO     a folder (the data folder of a service, or the one that ATTUNE_STORE names) or
                           s3://bucket/prefix

            Copies all bytes, each verified by its checksum. What is in TO already is left out: a copy that broke off
            goes on when the command is run again. A service may run meanwhile; stop it, run the command once more for
            what has come since, and start it with ATTUNE_STORE set to TO.

            Environment, as for the service: ATTUNE_S3_ENDPOINT, ATTUNE_S3_REGION, ATTUNE_S3_PATH_STYLE, and
            AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or whatever else the AWS SDK finds.
            """;

    private StoreMain() {}

    /**
     * Exits with 0 if all objects were copied, with 1 if an object was not, and with 2 if the command line is
     * invalid.
     */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (CommandLine.asksForHelp(args)) {
            out.print(USAGE);
            return 0;
        }
        if (args.length != 3 || !args[0].equals("copy") || args[1].isBlank() || args[2].isBlank()) {
            err.println("attune store: the command takes the word copy and two places");
            err.println();
            err.print(USAGE);
            return 2;
        }
        String to = args[2];
        ProgressBar bar = new ProgressBar(out, System.console() != null);
        try (StoreCopy copy = StoreCopy.open(args[1], to, environment)) {
            Outcome outcome = copy.run((done, total, bytes) -> bar.show(
                    done,
                    total,
                    String.format(Locale.ROOT, "%d of %d objects, %.1f MB copied", done, total, bytes / 1e6)));
            bar.end();
            out.print(summary(outcome, to));
            return outcome.damaged().isEmpty() ? 0 : 1;
        } catch (StorageException e) {
            err.println("attune store: " + e.getMessage() + " " + e.wayOut());
            return 1;
        } catch (IOException e) {
            err.println("attune store: " + e.getMessage() + ". Run the command again: it goes on.");
            return 1;
        }
    }

    private static String summary(Outcome outcome, String to) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d copied, %d were there already, %d were deleted meanwhile%n",
                outcome.copied(),
                outcome.present(),
                outcome.vanished()));
        List<String> damaged = outcome.damaged();
        if (!damaged.isEmpty()) {
            text.append("Damaged in FROM, and not copied: ")
                    .append(String.join(", ", damaged))
                    .append('\n');
        }
        if (!outcome.marked()) {
            text.append("FROM has no marker yet, as no service of this version has started on it.\n");
        }
        return text.append(
                        "If a service runs on FROM, stop it and run this command once more. Then start it with ATTUNE_STORE=")
                .append(
                        to.contains(":/")
                                ? to
                                : "file:" + Path.of(to).toAbsolutePath().normalize())
                .append('\n')
                .toString();
    }
}
