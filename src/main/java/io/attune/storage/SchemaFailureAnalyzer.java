package io.attune.storage;

import org.flywaydb.core.api.exception.FlywayValidateException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints two sentences rather than Flyway's report when another version of Attune made the database. */
class SchemaFailureAnalyzer extends AbstractFailureAnalyzer<FlywayValidateException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, FlywayValidateException cause) {
        return new FailureAnalysis(
                "Another version of Attune made this database, and this version cannot use it.",
                "Start the version that made it. Or begin with an empty data folder (ATTUNE_DATA), and where you"
                        + " configured them with an empty database (SPRING_DATASOURCE_URL) and artifact store"
                        + " (ATTUNE_STORE).",
                cause);
    }
}
