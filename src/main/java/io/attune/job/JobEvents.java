package io.attune.job;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads events. */
interface JobEvents extends Repository<JobEvent, String> {

    /** A job's events, newest first. An unknown {@code after} gives none. */
    @Query(nativeQuery = true, value = """
            select * from event
            where job = :job
              and (cast(:after as text) is null or seq < (select seq from event where id = :after and job = :job))
            order by seq desc
            limit :limit""")
    List<JobEvent> page(String job, String after, int limit);
}
