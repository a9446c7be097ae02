package io.attune.job;

import io.attune.api.ApiException;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/** Reads jobs. */
public interface FineTuningJobs extends Repository<FineTuningJob, String> {

    Optional<FineTuningJob> findById(String id);

    Optional<FineTuningJob> findByIdAndProject(String id, String project);

    /** A job of a project. @throws ApiException 404, if it has none of that id */
    default FineTuningJob require(String project, String id) {
        return findByIdAndProject(id, project).orElseThrow(() -> ApiException.notFound("No such job: " + id + "."));
    }
}
