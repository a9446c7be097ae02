package io.attune.job;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads published checkpoints. */
interface PublishedCheckpoints extends Repository<PublishedCheckpoint, String> {

    Optional<PublishedCheckpoint> findByIdAndJob(String id, String job);

    /** A job's checkpoints, newest first. An unknown {@code after} gives none. */
    @Query(nativeQuery = true, value = """
            select * from checkpoint
            where job = :job
              and (cast(:after as text) is null or step < (select step from checkpoint where id = :after and job = :job))
            order by step desc
            limit :limit""")
    List<PublishedCheckpoint> page(String job, String after, int limit);
}
