package io.attune.file;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes expired files ({@code expires_after}), and the parts of uploads that were not completed in time. */
@Component
class FileSweeper {

    private final FileService files;
    private final Uploads uploads;
    private final Clock clock;

    FileSweeper(FileService files, Uploads uploads, Clock clock) {
        this.files = files;
        this.uploads = uploads;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        files.deleteExpired();
        uploads.expire(clock.instant());
    }
}
