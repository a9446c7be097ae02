package io.attune.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ProcessTest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.util.FileSystemUtils;

/** The short form of {@code tools/chaos}. What went wrong is kept in target/chaos. */
@ProcessTest
@EnabledOnOs(OS.LINUX) // it reads /proc
class ChaosTest {

    private static final long SEED = 5;

    @Test
    void whateverIsKilledEveryJobEndsAsIfNothingHadHappened() throws Exception {
        Path folder = Path.of("target", "chaos", "test");
        FileSystemUtils.deleteRecursively(folder);
        Verdict verdict = new Chaos(Scale.of(Duration.ofSeconds(40)), SEED, folder, System.out).run();
        assertThat(verdict.violations()).isEmpty();
        FileSystemUtils.deleteRecursively(folder);
    }
}
