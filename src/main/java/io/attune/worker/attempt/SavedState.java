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

/**
 * The saved states of one attempt: unpacks the state from which the attempt continues, and keeps the states that
 * its trainer saves.
 */
final class SavedState {

    private final LeasedAttempt held;
    private final Iterator<ResumeCheckpoint> states;
    private final BlobStore blobs;
    private ResumeCheckpoint used; // the newest state that this attempt tried to unpack

    /** @param states candidates, the newest first; some may be damaged */
    SavedState(LeasedAttempt held, List<ResumeCheckpoint> states, BlobStore blobs) {
        this.held = held;
        this.states = states.iterator();
        this.blobs = blobs;
    }

    /**
     * Unpacks the newest undamaged state that was not unpacked before. Refuses damaged states.
     *
     * @param folder deleted first if it exists
     * @return {@code folder}; null if the training starts from the beginning
     * @throws IOException if a state cannot be unpacked at the moment, such as when the disk is full or the
     *     artifact store is not available. The state stays for the next attempt
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

    /**
     * Refuses the state that {@link #unpack} took last.
     *
     * @param problem reason, without a full stop
     */
    void refuse(String problem) throws InterruptedException {
        held.record(new AttemptReport.Refused(used, problem));
    }

    /** @param taken gets the processor time in seconds that each kept state has cost */
    StateKeeper keeper(DoubleConsumer taken) {
        return new StateKeeper(held, taken);
    }
}
