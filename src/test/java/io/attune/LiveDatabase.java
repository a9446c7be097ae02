package io.attune;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A look into the embedded database of a {@link LiveService}, and a way to make the service stand still between two of its steps: a trigger
 * lets the very statement wait for a lock that is held here, or PostgreSQL lets a commit that is on the disk already wait for a standby that
 * does not exist.
 */
final class LiveDatabase implements AutoCloseable {

    private final Path data;
    private final Connection connection;

    LiveDatabase(Path data) throws IOException, SQLException {
        this.data = data;
        this.connection = connect();
    }

    private Connection connect() throws IOException, SQLException {
        String port = Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"))
                .get(3);
        String password = Files.readString(data.resolve("postgres/password")).strip();
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/attune", "attune", password);
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    List<String> query(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    long number(String sql) {
        return Long.parseLong(query(sql).get(0));
    }

    /**
     * From now on whoever inserts such a row waits before that until {@link #letPass}, or until this connection ends.
     *
     * @param gate a number for it
     * @param when a condition on {@code new}
     */
    void standStillBeforeInsert(int gate, String table, String when) {
        execute("select pg_advisory_lock(" + gate + ")");
        execute("""
                create or replace function stand_still() returns trigger language plpgsql as $$
                begin
                    perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint);
                    return new;
                end $$""");
        execute("create trigger stand_still_" + gate + " before insert on " + table + " for each row when (" + when
                + ") execute function stand_still('" + gate + "')");
    }

    void letPass(int gate) {
        execute("select pg_advisory_unlock(" + gate + ")");
    }

    /** Takes all gates away; nobody may stand at one. */
    void removeGates() {
        execute("drop function if exists stand_still cascade");
    }

    /** Waits until {@code many} stand at that gate. */
    void awaitStanding(int gate, int many) {
        awaitSoon(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted and objid = " + gate, many);
    }

    /** From now on commits are written, and then wait: their clients do not hear of them. */
    void holdCommits() throws Exception {
        execute("alter system set synchronous_standby_names = 'nobody'");
        execute("select pg_reload_conf()");
        Thread probe = new Thread(() -> {
            try (Connection waiting = connect();
                    Statement statement = waiting.createStatement()) {
                statement.execute(
                        "set application_name = 'probe'; insert into project (id, name) values (gen_random_uuid(), 'probe')");
            } catch (IOException | SQLException e) {
                System.out.println("(a commit that was held: " + e.getMessage() + ")");
            }
        });
        probe.setDaemon(true);
        probe.start();
        awaitSoon(
                "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'probe'", 1);
    }

    /** Waits until as many commits of the service are held. When its database is started again they count. */
    void awaitHeldCommits(int many) {
        awaitSoon(
                "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and application_name <> 'probe'",
                many);
        execute("alter system reset synchronous_standby_names"); // for the next start; nobody reads it until then
    }

    private void awaitSoon(String count, long many) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    long found = number(count);
                    if (found < many) {
                        throw new AssertionError(found + " of " + many + ": " + count + "; the database is at "
                                + query(
                                        "select coalesce(wait_event, state) || ': ' || left(query, 100) from pg_stat_activity"
                                                + " where backend_type = 'client backend'"));
                    }
                });
    }

    /** @param sha256 of a blob that nobody can put into the store until this connection ends */
    void holdBlob(String sha256) {
        execute("select pg_advisory_lock(hashtextextended('" + sha256 + "', 0))");
    }

    void awaitWaitingForBlob() {
        awaitSoon(
                "select count(*) from pg_stat_activity where wait_event = 'advisory' and query like '%hashtextextended%'",
                1);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
