package io.attune.pool;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads and writes the tables {@code worker}, {@code worker_slot} and {@code worker_model}. */
@Component
class JdbcWorkerRegistry implements WorkerRegistry {

    private static final String LONG_GONE = "select id from worker where seen_at < now() - interval '1 day'";

    private final JdbcClient jdbc;

    JdbcWorkerRegistry(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    @Transactional
    public String register(Worker worker) {
        sweep();
        String id = UUID.randomUUID().toString();
        write(id, worker);
        return id;
    }

    @Override
    @Transactional
    public void seen(String id, Worker worker) {
        write(id, worker);
    }

    @Override
    public List<Registered> withOpenAttempts(String host) {
        return jdbc.sql("""
                        select id, pid from worker
                        where host = :host and exists (select 1 from attempt where worker = worker.id and ended_at is null)""")
                .param("host", host)
                .query((row, n) -> new Registered(row.getString("id"), row.getLong("pid")))
                .list();
    }

    private void write(String id, Worker worker) {
        jdbc.sql("""
                        insert into worker (id, host, pid, devices) values (:id, :host, :pid, :devices)
                        on conflict (id) do update set seen_at = now()""")
                .param("id", id)
                .param("host", worker.host())
                .param("pid", worker.pid())
                .param("devices", worker.devices().stream().map(Device::name).collect(Collectors.joining(",")))
                .update();
        for (Device device : worker.devices()) {
            jdbc.sql("""
                            insert into worker_slot (worker, name, kind, memory) values (:worker, :name, :kind, :memory)
                            on conflict (worker, name) do nothing""")
                    .param("worker", id)
                    .param("name", device.name())
                    .param("kind", device.kind().text())
                    .param("memory", device.memory())
                    .update();
        }
        String[] names = worker.models().stream().distinct().toArray(String[]::new);
        jdbc.sql("""
                        with gone as (
                            delete from worker_model where worker = :worker and model <> all (:models)
                        )
                        insert into worker_model (worker, model) select :worker, unnest(:models)
                        on conflict (worker, model) do nothing""").param("worker", id).param("models", names).update();
    }

    /**
     * Deletes slots and models of workers that were last seen over a day ago. Deletes the row of such a worker too,
     * unless attempts refer to it.
     */
    private void sweep() {
        for (String table : List.of("worker_slot", "worker_model")) {
            jdbc.sql("delete from " + table + " where worker in (" + LONG_GONE + ")")
                    .update();
        }
        jdbc.sql("delete from worker where id in (" + LONG_GONE
                        + ") and not exists (select from attempt where worker = worker.id)")
                .update();
    }
}
