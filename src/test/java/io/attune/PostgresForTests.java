package io.attune;

import io.attune.packaging.RunReport;
import io.attune.storage.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests: Testcontainers' where a Docker engine is found, else the embedded one, as it is in service. One server for all
 * tests of a JVM; each application context has a database and a data folder of its own.
 */
@TestConfiguration(proxyBeanMethods = false)
public class PostgresForTests {

    public static final String ADMIN_KEY = "sk-attune-admin-key-of-the-tests";

    /** @param url of the server, with {@code %s} for the database */
    private record Server(String url, String user, String password) {

        private static final AtomicInteger DATABASES = new AtomicInteger();

        Server newDatabase() {
            String name = "test" + DATABASES.incrementAndGet();
            try (Connection connection = DriverManager.getConnection(url.formatted("postgres"), user, password);
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + name);
                // no test in this JVM kills its server: nothing is lost that was not written to the disk yet
                statement.execute("alter database " + name + " set synchronous_commit = off");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return new Server(url.formatted(name), user, password);
        }
    }

    /** Started by the first test that needs it. */
    private static final class TheServer {

        static final Server INSTANCE =
                start(DockerClientFactory.instance()::isDockerAvailable, TheServer::container, TheServer::embedded);

        private static Server container() {
            var container = new PostgreSQLContainer("postgres:18-alpine").withDatabaseName("postgres");
            container.start();
            System.setProperty(RunReport.POSTGRES, "Testcontainers' " + container.getDockerImageName());
            return new Server(
                    container.getJdbcUrl().replaceFirst("/postgres(?=$|\\?)", "/%s"),
                    container.getUsername(),
                    container.getPassword());
        }

        private static Server embedded(String why) {
            Path folder = newFolder();
            EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
            atTheEnd(() -> {
                postgres.close();
                FileSystemUtils.deleteRecursively(folder);
            });
            System.setProperty(RunReport.POSTGRES, "the embedded PostgreSQL (" + why + ")");
            return new Server(
                    postgres.jdbcUrl().replaceFirst("/attune$", "/%s"),
                    "attune", // who may make databases
                    superusersPassword(folder));
        }
    }

    private static String superusersPassword(Path folder) {
        try {
            return Files.readString(folder.resolve("password")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The container, or the embedded server where it cannot be: an engine may have neither the image nor a registry.
     *
     * @param embedded is told why
     */
    static <S> S start(BooleanSupplier docker, Supplier<S> container, Function<String, S> embedded) {
        if (!docker.getAsBoolean()) {
            return embedded.apply("no Docker engine was found");
        }
        try {
            return container.get();
        } catch (ContainerFetchException | ContainerLaunchException e) {
            return embedded.apply("a Docker engine was found, but no container could be started: " + e.getMessage());
        }
    }

    /** Goes before application.yaml, and after what a test sets itself. */
    @Bean
    static BeanFactoryPostProcessor ownDataFolder(ConfigurableEnvironment environment) {
        Path folder = newFolder();
        atTheEnd(() -> FileSystemUtils.deleteRecursively(folder));
        environment
                .getPropertySources()
                .addAfter(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new MapPropertySource(
                                "tests", Map.of("attune.data", folder.toString(), "attune.admin-key", ADMIN_KEY)));
        return factory -> {};
    }

    @Bean
    JdbcConnectionDetails ownDatabase() {
        Server database = TheServer.INSTANCE.newDatabase();
        return new JdbcConnectionDetails() {
            @Override
            public String getJdbcUrl() {
                return database.url();
            }

            @Override
            public String getUsername() {
                return database.user();
            }

            @Override
            public String getPassword() {
                return database.password();
            }
        };
    }

    private interface Ending {
        void run() throws IOException, InterruptedException;
    }

    private static void atTheEnd(Ending ending) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                ending.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("attune-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
