package io.attune.catalog;

import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Writes the table {@code tuned_model}, in the caller's transaction. {@link Models} reads it. */
@Component
public class TunedModels {

    private final JdbcClient jdbc;

    TunedModels(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void add(TunedModel model) {
        jdbc.sql("""
                        insert into tuned_model (name, project_id, job, base, method, artifact, created_at)
                        values (:name, :project, :job, :base, :method, :artifact, :created)""")
                .param("name", model.name())
                .param("project", model.projectId())
                .param("job", model.job())
                .param("base", model.base())
                .param("method", model.method())
                .param("artifact", model.artifact())
                .param("created", model.createdAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Deletes a tuned model. @return id of the job that made it; empty if the project has no such model */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<String> delete(String project, String name) {
        return jdbc.sql("delete from tuned_model where name = :name and project_id = :project returning job")
                .param("name", name)
                .param("project", project)
                .query(String.class)
                .optional();
    }
}
