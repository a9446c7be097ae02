package io.attune.storage.postgres;

import io.attune.storage.DataFolder;
import io.attune.storage.FolderLock;
import io.attune.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;

/**
 * Starts the embedded PostgreSQL before the connection pool. Does nothing if a database is configured
 * ({@code SPRING_DATASOURCE_URL}).
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnMissingBean(JdbcConnectionDetails.class)
@ConditionalOnExpression("environment.getProperty('spring.datasource.url', '').isBlank()")
public class EmbeddedPostgresConfiguration {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgresConfiguration.class);

    /** The lock comes first. Only its owner may treat a running server of the folder as an orphan. */
    @Bean
    EmbeddedPostgres embeddedPostgres(DataFolder folder, FolderLock lock) {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.postgres());
        postgres.givenUp().thenAccept(EmbeddedPostgresConfiguration::endTheService);
        return postgres;
    }

    /** Ends the service, which cannot work without its database. A process manager may start it again. */
    private static void endTheService(StorageException problem) {
        log.error("Attune ends: {} {}", problem.getMessage(), problem.wayOut());
        System.exit(1);
    }

    @Bean
    JdbcConnectionDetails embeddedPostgresConnection(EmbeddedPostgres postgres) {
        return new JdbcConnectionDetails() {
            @Override
            public String getJdbcUrl() {
                return postgres.jdbcUrl();
            }

            @Override
            public String getUsername() {
                return postgres.username();
            }

            @Override
            public String getPassword() {
                return postgres.password();
            }
        };
    }
}
