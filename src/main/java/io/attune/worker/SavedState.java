package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.AttemptJournal;
import io.attune.job.NewEvent;
import io.attune.job.ResumeCheckpoint;
import io.attune.storage.AlteredBlobException;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;

/** What an attempt goes on from, and what it leaves for the next one: a folder for its trainer, a blob for the job. */
final class SavedState {

    private final Attempt attempt;
    private final AttemptJournal journal;
    private final BlobStore blobs;
    private final LeaseKeeper lease;

    SavedState(Attempt attempt, AttemptJournal journal, BlobStore blobs, LeaseKeeper lease) {
        this.attempt = attempt;
        this.journal = journal;
        this.blobs = blobs;
        this.lease = lease;
    }

    /**
     * @return {@code folder}; null if the job has to begin from the start
     * @throws IOException if the state is whole but cannot be unpacked here, as where the disk is full: it is kept for the next attempt
     */
    Path unpack(Path folder) throws IOException, InterruptedException {
        Optional<ResumeCheckpoint> saved = lease.persist(() -> journal.resumeCheckpoint(attempt));
        if (saved.isEmpty()) {
            return null;
        }
        try {
            ArtifactZip.unpack(blobs.local(saved.get().artifact()), folder);
            return folder;
        } catch (ZipException e) {
            beginFromTheStart("its archive is broken, " + e.getMessage());
            return null;
        } catch (AlteredBlobException e) {
            beginFromTheStart("its bytes in the artifact store were altered");
            return null;
        } catch (NoSuchFileException e) {
            beginFromTheStart("its bytes are gone from the artifact store");
            return null;
        }
    }

    /** @param problem of the saved state, without a full stop */
    void beginFromTheStart(String problem) throws InterruptedException {
        List<NewEvent> news = List.of(
                NewEvent.warning("The saved state cannot be used, and the training begins from the start: " + problem));
        lease.persist(() -> journal.beginsFromTheStart(attempt, news));
    }

    /** @param folder of the state, or null. @return null for null */
    Blob keep(Path folder) throws IOException, InterruptedException {
        return folder == null ? null : lease.persist(() -> ArtifactZip.put(folder, blobs));
    }
}
