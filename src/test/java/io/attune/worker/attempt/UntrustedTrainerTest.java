package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A trainer runs code over data of users. It sees no secret, writes nothing elsewhere and fills no disk with its log. */
@ServiceTest
@Timeout(120)
class UntrustedTrainerTest {

    @RegisterExtension
    final ScriptedJob job;

    UntrustedTrainerTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aTrainerSeesNoSecretOfTheService() throws Exception {
        Path seen = job.path("environment");
        job.script("validate environment " + seen, "validate " + Script.validated(20, ""));
        job.run(Purpose.VALIDATE);

        assertThat(Files.readString(seen))
                .contains(
                        "ATTUNE_MESSAGES=/dev/fd/3",
                        "OPT_OUT_TRACKING=true",
                        "DJL_CACHE_DIR=" + job.folders().djl())
                .contains("HOME=" + job.folders().attempts().resolve(ScriptedJob.ID + "-1"));
        var inherited = new TreeMap<>(System.getenv());
        inherited.keySet().removeAll(List.of("PATH", "LANG", "LC_ALL", "TZ", "HOME", "PWD", "SHLVL", "_"));
        inherited
                .keySet()
                .removeIf(name -> name.startsWith("MALLOC_") || name.startsWith("OMP_") || name.startsWith("PYTORCH_"));
        inherited
                .keySet()
                .removeAll(List.of("OPT_OUT_TRACKING", "RUST_FLAVOR", "DJL_CACHE_DIR")); // the trainer has its own
        assertThat(inherited.keySet())
                .allSatisfy(name -> assertThat(Files.readString(seen)).doesNotContain(name + "="));
    }

    @Test
    void aTrainerCannotNameAFolderOutsideOfItsOutput() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train say {\"message\": \"checkpoint\", \"step\": 1, \"folder\": \"../../..\"}",
                "train hang");
        job.run(Purpose.TRAIN);

        assertThat(job.value("select detail from attempt")).contains("not in its output");
    }

    @Test
    void aBigLogNeitherStopsTheTrainerNorIsTakenForMessages() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train print " + (20 << 20),
                "train folder final",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.logOf(1))
                .hasSizeBetween(16 << 20, (16 << 20) + 100)
                .endsWith("[the rest of the log was left out]\n");
    }
}
