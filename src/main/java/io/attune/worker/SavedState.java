package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.queue.AttemptJournal;
import io.attune.job.queue.ResumeCheckpoint;
import io.attune.process.WorkFolders;
import io.attune.storage.AlteredBlobException;
import io.attune.storage.BlobStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.zip.ZipException;

/** What an attempt goes on from, and what it leaves for the next one: a folder for its trainer, a blob for the job. */
final class SavedState {

    private final Attempt attempt;
    private final AttemptJournal journal;
    private final BlobStore blobs;
    private final LeaseKeeper lease;
    private ResumeCheckpoint used; // the newest that could be unpacked

    SavedState(Attempt attempt, AttemptJournal journal, BlobStore blobs, LeaseKeeper lease) {
        this.attempt = attempt;
        this.journal = journal;
        this.blobs = blobs;
        this.lease = lease;
    }

    /**
     * Unpacks the newest state that is whole; those that are not are refused.
     *
     * @param folder replaced if it is there
     * @return {@code folder}; null if the job has to begin from the start
     * @throws IOException if there may be a whole state that cannot be unpacked here now, as where the disk is full or the artifact store is away:
     *     it is kept for the next attempt
     */
    Path unpack(Path folder) throws IOException, InterruptedException {
        while (true) {
            Optional<ResumeCheckpoint> newest = lease.persist(() -> journal.resumeCheckpoint(attempt));
            WorkFolders.delete(folder);
            if (newest.isEmpty()) {
                return null;
            }
            used = newest.get();
            try {
                ArtifactZip.unpack(blobs.local(used.artifact()), folder);
                return folder;
            } catch (ZipException e) {
                refuse("its archive is broken, " + e.getMessage());
            } catch (AlteredBlobException e) {
                refuse("its bytes in the artifact store were altered");
            } catch (NoSuchFileException e) {
                refuse("its bytes are gone from the artifact store");
            }
        }
    }

    /** Lets go of the state that was unpacked. @param problem of it, without a full stop */
    void refuse(String problem) throws InterruptedException {
        lease.persist(() -> journal.refused(attempt, used, problem));
    }

    /** @param taken told of the seconds of a processor's time that each state has cost */
    StateKeeper keeper(DoubleConsumer taken) {
        return new StateKeeper(attempt, journal, blobs, lease, taken);
    }
}
