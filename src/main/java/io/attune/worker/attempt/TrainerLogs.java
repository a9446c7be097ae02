package io.attune.worker.attempt;

import io.attune.job.Attempt;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.storage.BlobStore;
import io.attune.trainer.launch.TrainerLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Keeps the output of trainers. */
@Component
final class TrainerLogs {

    private static final Logger log = LoggerFactory.getLogger(TrainerLogs.class);

    private final BlobStore blobs;
    private final JobQueue queue;

    TrainerLogs(BlobStore blobs, JobQueue queue) {
        this.blobs = blobs;
        this.queue = queue;
    }

    /** Tries only once, because an attempt without its log does no harm. */
    void keep(Attempt attempt, Path folder) {
        try {
            Path printed = folder.resolve(TrainerLauncher.LOG);
            if (Files.isRegularFile(printed)) {
                queue.record(
                        attempt, new AttemptReport.TrainerLog(blobs.put(printed).sha256()));
            }
        } catch (IOException | RuntimeException e) {
            log.warn("{}: its log could not be kept: {}", attempt.folderName(), e.getMessage());
        }
    }
}
