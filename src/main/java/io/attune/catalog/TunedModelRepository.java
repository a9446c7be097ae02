package io.attune.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/** Reads the table {@code tuned_model}. {@link TunedModels} writes it. */
interface TunedModelRepository extends Repository<TunedModel, String> {

    Optional<TunedModel> findByNameAndProjectId(String name, String projectId);

    List<TunedModel> findByProjectIdOrderByCreatedAtDescNameDesc(String projectId);
}
