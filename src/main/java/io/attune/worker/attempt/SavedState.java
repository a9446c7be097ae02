package io.attune.worker.attempt;

import io.attune.disk.Trees;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.storage.AlteredBlobException;
import io.attune.storage.BlobStore;
import io.attune.worker.lease.ArtifactZip;
import io.attune.worker.lease.LeasedAttempt;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.zip.ZipException;

/** What an attempt goes on from, and what it leaves for the next one: a folder for its trainer, a blob for the job. */
final class SavedState {

    private final LeasedAttempt held;
    private final Iterator<ResumeCheckpoint> states;
    private final BlobStore blobs;
    private ResumeCheckpoint used; // the newest that could be unpacked

    /** @param states that may be whole, the newest first */
    SavedState(LeasedAttempt held, List<ResumeCheckpoint> states, BlobStore blobs) {
        this.held = held;
        this.states = states.iterator();
        this.blobs = blobs;
    }

    /**
     * Unpacks the newest state that is whole and was not unpacked before; those that are not whole are refused.
     *
     * @param folder replaced if it is there
     * @return {@code folder}; null if the job has to begin from the start
     * @throws IOException if there may be a whole state that cannot be unpacked here now, as where the disk is full or the artifact store is away:
     *     it is kept for the next attempt
     */
    Path unpack(Path folder) throws IOException, InterruptedException {
        Trees.delete(folder);
        while (states.hasNext()) {
            used = states.next();
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
            Trees.delete(folder);
        }
        return null;
    }

    /** Lets go of the state that was unpacked. @param problem of it, without a full stop */
    void refuse(String problem) throws InterruptedException {
        held.record(new AttemptReport.Refused(used, problem));
    }

    /** @param taken told of the seconds of a processor's time that each state has cost */
    StateKeeper keeper(DoubleConsumer taken) {
        return new StateKeeper(held, taken);
    }
}
