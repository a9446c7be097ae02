package io.attune.worker.lease;

import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostLeaseException;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * An attempt that this worker holds. The worker writes everything about the attempt through this class: reports and
 * the end to the queue, files to the artifact store. Calls are tried again as {@link RetryWhileLeased} describes.
 * They throw {@link LostLeaseException} when the attempt does not belong to this worker any more.
 */
public final class LeasedAttempt implements AutoCloseable {

    private final Attempt attempt;
    private final JobQueue queue;
    private final BlobStore blobs;
    private final LeaseKeeper lease;
    private final RetryWhileLeased retry;

    LeasedAttempt(Attempt attempt, JobQueue queue, BlobStore blobs, LeaseKeeper lease) {
        this.attempt = attempt;
        this.queue = queue;
        this.blobs = blobs;
        this.lease = lease;
        this.retry = new RetryWhileLeased(attempt.folderName(), lease);
    }

    /** The number of the attempt. */
    public int number() {
        return attempt.number();
    }

    /** The name of the attempt in the log. */
    public String name() {
        return attempt.folderName();
    }

    public LeaseKeeper lease() {
        return lease;
    }

    /** As {@link JobQueue#record}. */
    public void record(AttemptReport report) throws InterruptedException {
        retry.call(() -> {
            queue.record(attempt, report);
            return null;
        });
    }

    /** As {@link JobQueue#end}. A renewal that fails afterwards is not a lost lease. */
    public void end(AttemptEnd end) throws InterruptedException {
        lease.ending();
        retry.call(() -> {
            queue.end(attempt, end);
            return null;
        });
    }

    /** As {@link JobQueue#metrics}. */
    public List<Metric> metrics() throws InterruptedException {
        return retry.call(() -> queue.metrics(attempt));
    }

    /** Puts the zip of a folder into the artifact store. */
    public Blob store(Path folder) throws IOException, InterruptedException {
        return retry.call(() -> ArtifactZip.put(folder, blobs));
    }

    /** Puts a text into the artifact store. */
    public Blob store(String text) throws IOException, InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return retry.call(() -> blobs.put(new ByteArrayInputStream(bytes)));
    }

    /** Stops the renewals of the lease. */
    @Override
    public void close() {
        lease.close();
    }
}
