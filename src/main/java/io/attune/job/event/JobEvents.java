package io.attune.job.event;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads events. */
public interface JobEvents extends Repository<JobEvent, String> {

    /** The newest events of a job before a {@code seq}, newest first. */
    @Query(
            nativeQuery = true,
            value = "select * from event where job = :job and seq < :seq order by seq desc limit :limit")
    List<JobEvent> before(String job, long seq, int limit);

    /** The oldest events of a job after a {@code seq}, oldest first. */
    @Query(nativeQuery = true, value = "select * from event where job = :job and seq > :seq order by seq limit :limit")
    List<JobEvent> following(String job, long seq, int limit);

    /** The {@code seq} of an event of a job; empty if the job has no event with this id. */
    @Query(nativeQuery = true, value = "select seq from event where id = :id and job = :job")
    Optional<Long> seqOf(String job, String id);
}
