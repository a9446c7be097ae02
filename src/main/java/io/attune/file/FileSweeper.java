package io.attune.file;

import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes files whose time has come ({@code expires_after}). */
@Component
class FileSweeper {

    private final FileService files;

    FileSweeper(FileService files) {
        this.files = files;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        files.deleteExpired();
    }
}
