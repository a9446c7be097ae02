package io.attune.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/** Reads and writes the tuned models of all projects. */
public interface TunedModelRepository extends Repository<TunedModel, String> {

    TunedModel save(TunedModel model);

    Optional<TunedModel> findByNameAndProjectId(String name, String projectId);

    List<TunedModel> findByProjectIdOrderByCreatedAtDescNameDesc(String projectId);
}
