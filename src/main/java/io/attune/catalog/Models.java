package io.attune.catalog;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the models of a project by name: base models, tuned models and published checkpoints. */
@Component
class Models {

    private static final String BASE_OWNER = "system";

    private final BaseModels bases;
    private final TunedModelRepository tuned;
    private final JdbcClient jdbc;

    Models(BaseModels bases, TunedModelRepository tuned, JdbcClient jdbc) {
        this.bases = bases;
        this.tuned = tuned;
        this.jdbc = jdbc;
    }

    /** Lists the base models by name, then the tuned models, newest first. */
    List<ModelAnswer> list(String project) {
        List<ModelAnswer> models = new ArrayList<>();
        bases.list().forEach(model -> models.add(answer(model)));
        tuned.findByProjectIdOrderByCreatedAtDescNameDesc(project).forEach(model -> models.add(answer(model)));
        return models;
    }

    Optional<ModelAnswer> find(String project, String name) {
        return bases.find(name)
                .map(Models::answer)
                .or(() -> tuned.findByNameAndProjectId(name, project).map(Models::answer))
                .or(() -> checkpoint(project, name));
    }

    private Optional<ModelAnswer> checkpoint(String project, String name) {
        return jdbc.sql("""
                        select c.created_at from checkpoint c join job j on j.id = c.job
                        where c.model = :name and j.project_id = :project""")
                .param("name", name)
                .param("project", project)
                .query((row, number) -> row.getObject(1, OffsetDateTime.class))
                .optional()
                .map(created -> ModelAnswer.of(name, created.toInstant(), TunedModelName.ORGANISATION));
    }

    private static ModelAnswer answer(BaseModel model) {
        return ModelAnswer.of(model.name(), model.createdAt(), BASE_OWNER);
    }

    private static ModelAnswer answer(TunedModel model) {
        return ModelAnswer.of(model.name(), model.createdAt(), TunedModelName.ORGANISATION);
    }
}
