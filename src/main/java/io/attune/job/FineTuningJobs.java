package io.attune.job;

import io.attune.api.ApiException;
import java.util.Optional;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Reads jobs. */
public interface FineTuningJobs extends Repository<FineTuningJob, String> {

    @Transactional(propagation = Propagation.SUPPORTS) // one statement reads one state without a transaction
    Optional<FineTuningJob> findById(String id);

    Optional<FineTuningJob> findByIdAndProject(String id, String project);

    /**
     * Returns a job of a project.
     *
     * @throws ApiException 404 if the project has no job with this id
     */
    default FineTuningJob require(String project, String id) {
        return findByIdAndProject(id, project).orElseThrow(() -> ApiException.notFound("No such job: " + id + "."));
    }
}
