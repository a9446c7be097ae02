package io.attune.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.util.FileSystemUtils;

/** {@code tools/chaos [MINUTES] [SEED]}: see there. Exit code 0 if every promise held. */
final class ChaosMain {

    private ChaosMain() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 2) {
            System.err.println("usage: tools/chaos [MINUTES] [SEED]");
            System.exit(2);
        }
        Duration faults = Duration.ofSeconds((long) (60 * (args.length > 0 ? Double.parseDouble(args[0]) : 15)));
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.currentTimeMillis() % 100_000;
        Path folder = Path.of("target", "chaos", Long.toString(System.currentTimeMillis()));
        boolean held = false;
        try {
            held = new Chaos(Scale.of(faults), seed, folder, System.out).run().held();
        } finally {
            if (held) {
                FileSystemUtils.deleteRecursively(folder);
            } else {
                System.out.println(
                        "FAILED with seed " + seed + "; data and logs are kept in " + folder.toAbsolutePath());
            }
        }
        System.exit(held ? 0 : 1);
    }
}
