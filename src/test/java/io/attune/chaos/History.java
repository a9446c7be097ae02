package io.attune.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the database holds of some jobs when all is over. */
final class History {

    private static final String SUCCEEDED = "The job has successfully completed";

    private final Connection connection;
    private final Set<String> jobs;

    History(Connection connection, Set<String> jobs) {
        this.connection = connection;
        this.jobs = jobs;
    }

    /** How many jobs there are. */
    int jobs() {
        return jobs.size();
    }

    /** One succeeded attempt, the last one, and one model for each job; no job that nobody was told of. */
    List<String> notSucceededOnce() throws SQLException {
        List<String> found = new ArrayList<>(rows("""
                select id, status, error_code, error_message from job
                where id = any(?) and status <> 'succeeded' order by id"""));
        found.addAll(rows("""
                select a.job, 'attempts from 1 without a gap: ' || array_agg(number || ' ' || purpose || ' ' || coalesce(outcome, 'open')
                    order by number)::text
                from attempt a where job = any(?) group by job
                having min(number) <> 1 or max(number) <> count(*)
                    or count(*) filter (where outcome = 'succeeded') <> 1
                    or count(*) filter (where outcome = 'validated') <> 1
                    or count(*) filter (where outcome is null or outcome = 'failed') <> 0
                    or max(number) filter (where outcome = 'succeeded') <> max(number)"""));
        found.addAll(rows("""
                select j.id, count(m.name) || ' models' from job j left join tuned_model m on m.job = j.id
                where j.id = any(?) group by j.id having count(m.name) <> 1"""));
        found.addAll(rows("select id, 'exists, and no call was answered with it' from job where not id = any(?)"));
        return found;
    }

    /** Seq 1 to n, dates that do not go back, one event of success, which is the last. */
    List<String> brokenEvents() throws SQLException {
        List<String> found = new ArrayList<>(rows("""
                select job, 'seq ' || min(seq) || ' to ' || max(seq) || ' in ' || count(*) || ' events, the job says ' || max(j.last_seq)
                from event e join job j on j.id = e.job where job = any(?) group by job
                having min(seq) <> 1 or max(seq) <> count(*) or max(j.last_seq) <> count(*)"""));
        found.addAll(rows("""
                select job, seq, 'is older than the event before it' from (
                    select job, seq, created_at, lag(created_at) over (partition by job order by seq) as before
                    from event where job = any(?)) e
                where created_at < before"""));
        found.addAll(rows("""
                select job, count(*) filter (where message = '%s') || ' events of success' from event where job = any(?) group by job
                having count(*) filter (where message = '%s') <> 1
                    or max(seq) filter (where message = '%s') <> max(seq)""".formatted(SUCCEEDED, SUCCEEDED, SUCCEEDED)));
        return found;
    }

    /** The changes of status that the events tell, against the table in docs/job-states.md. */
    List<String> forbiddenTransitions() throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select job, seq, level, message from event where job = any(?) order by job, seq")) {
            bind(statement);
            try (ResultSet events = statement.executeQuery()) {
                String job = "";
                String status = "";
                while (events.next()) {
                    if (!events.getString("job").equals(job)) {
                        job = events.getString("job");
                        status = "";
                    }
                    String next = after(status, events.getString("level"), events.getString("message"));
                    if (!status.equals(next) && !allowed(status, next)) {
                        found.add(job + " event " + events.getLong("seq") + ": from " + status + " to " + next);
                    }
                    status = next;
                }
            }
        }
        return found;
    }

    private static String after(String status, String level, String message) {
        if (message.startsWith("Created fine-tuning job")) {
            return "validating_files";
        } else if (message.equals("Files validated, moving job to queued state")) {
            return "queued";
        } else if (message.startsWith("Fine-tuning job started")) {
            return "running";
        } else if (message.equals(SUCCEEDED)) {
            return "succeeded";
        } else if (status.equals("running") && message.matches("(?s).*(waits|tried again|waiting|queued).*")) {
            return "queued";
        }
        return status.equals("succeeded") ? "an event after the end" : status;
    }

    private static boolean allowed(String from, String to) {
        return switch (from) {
            case "" -> to.equals("validating_files");
            case "validating_files" -> to.equals("queued");
            case "queued" -> to.equals("running");
            case "running" -> to.equals("queued") || to.equals("succeeded");
            default -> false;
        };
    }

    /** Checkpoints belong to the attempt that succeeded, resume checkpoints are gone, and no result is without its job. */
    List<String> staleArtifacts() throws SQLException {
        List<String> found = new ArrayList<>(rows("""
                select c.job, 'step ' || c.step || ' is of attempt ' || c.attempt || ', which ' || coalesce(a.outcome, 'is open')
                from checkpoint c left join attempt a on a.job = c.job and a.number = c.attempt
                where c.job = any(?) and a.outcome is distinct from 'succeeded'"""));
        found.addAll(rows(
                "select job, 'has a resume checkpoint of step ' || step from resume_checkpoint where job = any(?)"));
        found.addAll(rows("""
                select id, 'is a result that no job names' from file f
                where purpose = 'fine-tune-results' and deleted_at is null and not exists (
                    select from job where id = any(?) and f.id in (result_file, artifact_file))"""));
        return found;
    }

    /** The checksum that the database has of each checkpoint's archive, by the checkpoint's id. */
    Map<String, String> artifacts() throws SQLException {
        Map<String, String> artifacts = new TreeMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select id, artifact from checkpoint where job = any(?)")) {
            bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    artifacts.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return artifacts;
    }

    /** How many attempts, by purpose and outcome. */
    Map<String, Integer> outcomes() throws SQLException {
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select purpose || ', ' || coalesce(outcome, 'open'), count(*) from attempt where job = any(?) group by 1 order by 1""")) {
            bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    outcomes.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return outcomes;
    }

    /** Attempts that have gone on from a checkpoint. */
    int resumed() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(*) from event where job = any(?) and message like 'Fine-tuning job resumed from step %'")) {
            bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** How long it took until the job of an interrupted attempt was claimed again; empty if that attempt was not the last to be cut off. */
    Optional<Duration> untilNextClaim(Processes.Trainer interrupted, Instant at) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select claimed_at from attempt where job = ? and number = ?")) {
            statement.setString(1, interrupted.job());
            statement.setInt(2, interrupted.attempt() + 1);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(Duration.between(
                                at, row.getObject(1, OffsetDateTime.class).toInstant()))
                        : Optional.empty();
            }
        }
    }

    /** Checksums of all blobs that have a row; whether something refers to them does not matter. */
    Set<String> blobs() throws SQLException {
        return Set.copyOf(rows("select sha256 from blob where ?::text[] is not null"));
    }

    /** Makes everything in the store's table two hours older, as the sweeper leaves alone what is young. */
    void age() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("update blob set created_at = created_at - interval '2 hours'")) {
            statement.executeUpdate();
        }
    }

    /** Each row as its columns with blanks between. @param sql with one parameter: the jobs */
    private List<String> rows(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                ResultSetMetaData columns = rows.getMetaData();
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    String[] row = new String[columns.getColumnCount()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = rows.getString(i + 1);
                    }
                    found.add(Arrays.stream(row).map(String::valueOf).collect(Collectors.joining(" ")));
                }
                return found;
            }
        }
    }

    private void bind(PreparedStatement statement) throws SQLException {
        statement.setArray(1, connection.createArrayOf("text", jobs.toArray()));
    }
}
