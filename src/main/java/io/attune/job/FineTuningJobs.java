package io.attune.job;

import io.attune.api.ApiException;
import java.util.Optional;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Reads jobs. */
public interface FineTuningJobs extends Repository<FineTuningJob, String> {

    @Transactional(propagation = Propagation.SUPPORTS) // one statement sees one state by itself
    Optional<FineTuningJob> findById(String id);

    Optional<FineTuningJob> findByIdAndProject(String id, String project);

    /** A job of a project. @throws ApiException 404, if it has none of that id */
    default FineTuningJob require(String project, String id) {
        return findByIdAndProject(id, project).orElseThrow(() -> ApiException.notFound("No such job: " + id + "."));
    }
}
