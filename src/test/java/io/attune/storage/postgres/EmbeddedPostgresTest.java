package io.attune.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attune.storage.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

class EmbeddedPostgresTest {

    @TempDir
    private static Path made;

    @TempDir
    private Path parent;

    private Path folder;

    /** Runs once for all tests, because unpacking and initdb take long. */
    @BeforeAll
    static void make() throws Exception {
        EmbeddedPostgres.start(made).close();
    }

    @BeforeEach
    void copy() throws Exception {
        folder = parent.toRealPath().resolve("postgres");
        Process copy = new ProcessBuilder("cp", "-a", made.toString(), folder.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    @Test
    void aKilledServerComesBackByItselfWithAllThatWasCommitted() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                HikariDataSource pool = pool(postgres)) {
            JdbcClient jdbc = JdbcClient.create(pool);
            jdbc.sql("create table kept (n integer)").update();
            jdbc.sql("insert into kept select generate_series(1, 1000)").update();
            long first = postgres.pid();

            ProcessHandle killed = ProcessHandle.of(first).orElseThrow();
            killed.destroyForcibly();
            killed.onExit().get(10, TimeUnit.SECONDS);

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(count(jdbc)).isEqualTo(1000));
            assertThat(postgres.pid()).isNotEqualTo(first);
        }
    }

    /** A process that starts a server and waits for a kill. */
    static final class Service {

        public static void main(String[] arguments) throws InterruptedException {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]));
            JdbcClient.create(pool(postgres))
                    .sql("create table kept as select generate_series(1, 10)")
                    .update();
            System.out.println("server " + postgres.pid());
            new CountDownLatch(1).await();
        }
    }

    @Test
    void aServerLeftByAKilledServiceIsStoppedAndItsDataKept() throws Exception {
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Service.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        ProcessHandle orphan = orphan(service);
        service.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        try (EmbeddedPostgres next = EmbeddedPostgres.start(folder);
                HikariDataSource pool = pool(next)) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(count(JdbcClient.create(pool))).isEqualTo(10);
        }
    }

    private static ProcessHandle orphan(Process service) throws IOException {
        try (BufferedReader output = service.inputReader()) {
            String line;
            do {
                line = output.readLine();
                assertThat(line).as("the service has ended").isNotNull();
            } while (!line.startsWith("server "));
            return ProcessHandle.of(Long.parseLong(line.substring("server ".length())))
                    .orElseThrow();
        }
    }

    /** After a reboot, the recorded process id may belong to another program. */
    @Test
    void aStalePidFileThatNamesAnotherProgramDoesNotHoldTheStartUp() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(folder.resolve("cluster/postmaster.pid"), stranger.pid() + "\n" + folder + "\n");
            EmbeddedPostgres.start(folder).close();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void closingStopsTheServer() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
        ProcessHandle process = ProcessHandle.of(postgres.pid()).orElseThrow();
        postgres.close();
        assertThat(process.isAlive()).isFalse();
        assertThat(folder.resolve("cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void writesAreDurableAndOthersOnTheMachineNeedThePassword() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                HikariDataSource pool = pool(postgres)) {
            JdbcClient jdbc = JdbcClient.create(pool);
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                assertThat(jdbc.sql("show " + setting).query(String.class).single())
                        .as(setting)
                        .isEqualTo("on");
            }
            assertThat(jdbc.sql("show listen_addresses").query(String.class).single())
                    .isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void theServiceOwnsItsDatabaseAndIsNoSuperuser() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                HikariDataSource pool = pool(postgres)) {
            JdbcClient jdbc = JdbcClient.create(pool);
            assertThat(jdbc.sql("""
                                    select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
                                    from pg_roles where rolname = current_user""").query(Boolean.class).single()).isFalse();
            for (String statement : List.of(
                    "select pg_read_file('/etc/passwd')",
                    "copy (select 1) to program 'true'",
                    "alter system set fsync = off",
                    "create role another superuser",
                    "create database another")) {
                assertThatThrownBy(() -> jdbc.sql(statement).update())
                        .as(statement)
                        .rootCause()
                        .hasMessageContaining("permission denied");
            }
            jdbc.sql("create table own (id bigserial primary key)").update();
            jdbc.sql("drop table own").update();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("service-password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aDatabaseThatTheSuperuserMadeBecomesTheServicesOwnWithAllThatIsInIt() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                Connection superuser = superuser(postgres);
                Statement statement = superuser.createStatement()) {
            statement.execute("alter database attune owner to attune");
            statement.execute("create table kept_before (id bigserial primary key, made text)");
            statement.execute("insert into kept_before (made) values ('by the superuser')");
            statement.execute("create view seen_before as select * from kept_before");
            statement.execute("create sequence counted_before");
            statement.execute(
                    "create function told_before() returns trigger language plpgsql as" + " 'begin return new; end'");
            statement.execute("create trigger told_before before insert on kept_before for each row execute function"
                    + " told_before()");
        }
        Files.delete(folder.resolve("service-password"));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                HikariDataSource pool = pool(postgres)) {
            JdbcClient jdbc = JdbcClient.create(pool);
            jdbc.sql("insert into kept_before (made) values ('by the service')").update();
            assertThat(jdbc.sql("select made from seen_before order by id")
                            .query(String.class)
                            .list())
                    .containsExactly("by the superuser", "by the service");
            assertThat(jdbc.sql("select nextval('counted_before')")
                            .query(Long.class)
                            .single())
                    .isOne();
            jdbc.sql("alter table kept_before add column more int").update();
            jdbc.sql("drop function told_before() cascade").update();
            jdbc.sql("drop table kept_before cascade").update();
            jdbc.sql("drop sequence counted_before").update();
        }
    }

    private Connection superuser(EmbeddedPostgres postgres) throws SQLException, IOException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(),
                "attune",
                Files.readString(folder.resolve("password")).strip());
    }

    @Test
    void aDatabaseOfAnotherMajorVersionIsRefusedUntouched() throws Exception {
        Path version = folder.resolve("cluster/PG_VERSION");
        Files.writeString(version, "17\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("PostgreSQL 17")
                .hasMessageContaining("PostgreSQL 18");
        assertThat(version).hasContent("17\n");
    }

    @Test
    void anInterruptedMakingOfTheDatabaseIsBegunAnew() throws IOException, InterruptedException {
        FileSystemUtils.deleteRecursively(folder.resolve("cluster"));
        Files.createDirectories(folder.resolve("cluster.unfinished/base"));
        Files.writeString(folder.resolve("password"), "half");
        EmbeddedPostgres.start(folder).close();
        assertThat(folder.resolve("cluster/PG_VERSION")).hasContent("18\n");
        assertThat(folder.resolve("cluster.unfinished")).doesNotExist();
    }

    private static int count(JdbcClient jdbc) {
        return jdbc.sql("select count(*) from kept").query(Integer.class).single();
    }

    private static HikariDataSource pool(EmbeddedPostgres postgres) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.jdbcUrl());
        config.setUsername(postgres.username());
        config.setPassword(postgres.password());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }
}
