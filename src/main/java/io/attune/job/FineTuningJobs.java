package io.attune.job;

import io.attune.api.ApiException;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads jobs. */
public interface FineTuningJobs extends Repository<FineTuningJob, String> {

    Optional<FineTuningJob> findById(String id);

    Optional<FineTuningJob> findByIdAndProject(String id, String project);

    /** A job of a project. @throws ApiException 404, if it has none of that id */
    default FineTuningJob require(String project, String id) {
        return findByIdAndProject(id, project).orElseThrow(() -> ApiException.notFound("No such job: " + id + "."));
    }

    /**
     * A project's jobs, newest first. An unknown {@code after} gives none.
     *
     * @param metadata a JSON object that a job's metadata has to contain
     * @param withoutMetadata only jobs without any
     */
    @Query(nativeQuery = true, value = """
            select * from job
            where project_id = :project
              and (cast(:after as text) is null
                   or (created_at, id) < (select created_at, id from job where id = :after and project_id = :project))
              and metadata @> cast(:metadata as jsonb)
              and (not :withoutMetadata or metadata = '{}')
            order by created_at desc, id desc
            limit :limit""")
    List<FineTuningJob> page(String project, String after, String metadata, boolean withoutMetadata, int limit);
}
