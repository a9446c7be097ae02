package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database that was used before jobs had variables and a time for their chat templates, in a schema of its own. */
@ServiceTest
class ChatTemplateMigrationTest {

    private static final String SCHEMA = "before_chat_templates";

    @Autowired
    private DataSource database;

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void migrateToWhatWasBefore() {
        dropSchema();
        migrate("13");
    }

    @AfterEach
    void dropSchema() {
        jdbc.sql("drop schema if exists " + SCHEMA + " cascade").update();
    }

    @Test
    void jobsThatWereValidatedGoOnAsOfTheirCreationAndOthersGetTheirTimeWhenTheyAreValidated() {
        sql("insert into %1$s.blob (sha256, size) values (repeat('a', 64), 1)");
        sql("insert into %1$s.file (id, project_id, filename, purpose, bytes, blob, status)"
                + " values ('file-1', 'default', 'a', 'fine-tune', 1, repeat('a', 64), 'processed')");
        for (String job : new String[] {"waiting", "queued", "paused"}) {
            sql(
                    "insert into %1$s.job (id, project_id, status, model, training_file, training_blob, seed, settings, created_at)"
                            + " values ('" + job
                            + "', 'default', 'validating_files', 'm', 'file-1', repeat('a', 64), 1, '{}',"
                            + " '2025-03-01T10:00:00Z')");
        }
        // its triggers look for their tables in the schema of the connection
        sql("alter table %1$s.job disable trigger job_moves");
        sql("update %1$s.job set status = id, resolved = '{}' where id <> 'waiting'");
        sql("alter table %1$s.job enable trigger job_moves");

        migrate("14");

        for (String job : new String[] {"queued", "paused"}) {
            assertThat(row(job)).containsEntry("rendered_at", "2025-03-01T10:00:00Z");
        }
        assertThat(row("waiting")).containsEntry("rendered_at", null).containsEntry("kwargs", "{}");
    }

    private Map<String, Object> row(String job) {
        return jdbc.sql("select chat_template_kwargs::text as kwargs,"
                        + " to_char(rendered_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as rendered_at from "
                        + SCHEMA
                        + ".job where id = :job")
                .param("job", job)
                .query()
                .singleRow();
    }

    private void sql(String statement) {
        jdbc.sql(statement.formatted(SCHEMA)).update();
    }

    private void migrate(String version) {
        Flyway.configure()
                .dataSource(database)
                .schemas(SCHEMA)
                .target(version)
                .load()
                .migrate();
    }
}
