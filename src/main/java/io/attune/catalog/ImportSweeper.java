package io.attune.catalog;

import io.attune.disk.Trees;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Removes the unfinished folders of killed imports. A folder is removed if no file in it has changed for one hour. */
@Component
class ImportSweeper {

    private static final Duration AGE = Duration.ofHours(1);
    private static final Logger log = LoggerFactory.getLogger(ImportSweeper.class);

    private final DataFolder folder;
    private final Clock clock;

    ImportSweeper(DataFolder folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "${attune.sweep-delay}", fixedDelayString = "30m")
    void sweep() throws IOException {
        Instant limit = clock.instant().minus(AGE);
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder.models(), ".import-*")) {
            for (Path one : unfinished) {
                if (isOlder(one, limit)) {
                    log.info("removing the unfinished import {}", one);
                    Trees.delete(one);
                }
            }
        }
    }

    private static boolean isOlder(Path tree, Instant limit) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(tree)) {
            all = found.toList();
        }
        for (Path path : all) {
            try {
                if (!Files.getLastModifiedTime(path).toInstant().isBefore(limit)) {
                    return false;
                }
            } catch (NoSuchFileException gone) {
                return false; // another process works in this folder
            }
        }
        return true;
    }
}
