package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.queue.AttemptEnd;
import io.attune.storage.BlobStore;
import io.attune.trainer.launch.TrainerLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Keeps what trainers have printed. */
@Component
final class TrainerLogs {

    private static final Logger log = LoggerFactory.getLogger(TrainerLogs.class);

    private final BlobStore blobs;
    private final AttemptEnd end;

    TrainerLogs(BlobStore blobs, AttemptEnd end) {
        this.blobs = blobs;
        this.end = end;
    }

    /** An attempt without its log is no harm. */
    void keep(Attempt attempt, Path folder) {
        try {
            Path printed = folder.resolve(TrainerLauncher.LOG);
            if (Files.isRegularFile(printed)) {
                end.keepLog(attempt, blobs.put(printed).sha256());
            }
        } catch (IOException | RuntimeException e) {
            log.warn("{}: its log could not be kept: {}", attempt.folderName(), e.getMessage());
        }
    }
}
