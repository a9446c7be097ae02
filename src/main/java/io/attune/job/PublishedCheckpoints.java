package io.attune.job;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads published checkpoints. */
public interface PublishedCheckpoints extends Repository<PublishedCheckpoint, String> {

    Optional<PublishedCheckpoint> findByIdAndJob(String id, String job);

    /** A job's checkpoints of steps before {@code step}, newest first. */
    @Query(
            nativeQuery = true,
            value = "select * from checkpoint where job = :job and step < :step order by step desc limit :limit")
    List<PublishedCheckpoint> before(String job, int step, int limit);

    /** The step of a checkpoint of a job; empty if the job has no checkpoint with this id. */
    @Query(nativeQuery = true, value = "select step from checkpoint where id = :id and job = :job")
    Optional<Integer> stepOf(String job, String id);
}
