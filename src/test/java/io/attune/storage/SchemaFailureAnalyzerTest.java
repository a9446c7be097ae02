package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attune.ServiceTest;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A service that starts on the database of another version, in a schema of its own. */
@ServiceTest
class SchemaFailureAnalyzerTest {

    private static final String SCHEMA = "of_another_version";

    @Autowired
    private DataSource database;

    @Autowired
    private JdbcClient jdbc;

    @AfterEach
    void dropSchema() {
        jdbc.sql("drop schema if exists " + SCHEMA + " cascade").update();
    }

    @Test
    void theDatabaseOfAnotherVersionIsRefusedWithASentence() {
        Flyway flyway = Flyway.configure().dataSource(database).schemas(SCHEMA).load();
        flyway.migrate();
        jdbc.sql("update " + SCHEMA + ".flyway_schema_history set checksum = 1 where version = '1'")
                .update();
        FlywayValidateException refusal = catchThrowableOfType(FlywayValidateException.class, flyway::migrate);

        FailureAnalysis analysis = analysis(new BeanCreationException("flyway", "cannot be made", refusal));

        assertThat(analysis.getDescription())
                .isEqualTo("Another version of Attune made this database, and this version cannot use it.");
        assertThat(analysis.getAction()).contains("ATTUNE_DATA", "SPRING_DATASOURCE_URL", "ATTUNE_STORE");
    }

    /** What Spring Boot prints: the first analysis of those that it knows. */
    private static FailureAnalysis analysis(Throwable failure) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, problem) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}
