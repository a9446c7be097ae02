package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.process.ProcessMark;
import io.attune.storage.DataFolder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The tables of workers: who they are, the slots they have, and the base models in their folders, which claims go by. A worker's host is the machine's name and the data folder, which one service at a time owns. */
@Component
class WorkerRegistry {

    private static final String LONG_GONE = "select id from worker where seen_at < now() - interval '1 day'";

    private final JdbcClient jdbc;
    private final BaseModels models;
    private final String host;

    WorkerRegistry(JdbcClient jdbc, BaseModels models, DataFolder data) {
        this.jdbc = jdbc;
        this.models = models;
        this.host = machine() + ":" + data.root();
    }

    /** Shows a worker with its slots and base models. @return the new worker's id */
    @Transactional
    public String register(Devices devices) {
        sweep();
        String id = UUID.randomUUID().toString();
        write(id, devices);
        return id;
    }

    /** Shows that the worker lives, and which base models it has by now. One that was taken for dead is there again. */
    @Transactional
    public void seen(String worker, Devices devices) {
        write(worker, devices);
    }

    private void write(String worker, Devices devices) {
        jdbc.sql("""
                        insert into worker (id, host, pid, devices) values (:id, :host, :pid, :devices)
                        on conflict (id) do update set seen_at = now()""")
                .param("id", worker)
                .param("host", host)
                .param("pid", ProcessHandle.current().pid())
                .param("devices", String.join(",", devices.names()))
                .update();
        for (Device device : devices.all()) {
            jdbc.sql("""
                            insert into worker_slot (worker, name, kind, memory) values (:worker, :name, :kind, :memory)
                            on conflict (worker, name) do nothing""")
                    .param("worker", worker)
                    .param("name", device.name())
                    .param("kind", device.kind().text())
                    .param("memory", device.memory())
                    .update();
        }
        String[] names = models.list().stream().map(BaseModel::name).distinct().toArray(String[]::new);
        jdbc.sql("""
                        with gone as (
                            delete from worker_model where worker = :worker and model <> all (:models)
                        )
                        insert into worker_model (worker, model) select :worker, unnest(:models)
                        on conflict (worker, model) do nothing""").param("worker", worker).param("models", names).update();
    }

    /**
     * Forgets workers that nobody has seen for a day; of those that made attempts the row stays, as the attempts name it, and their slots and
     * models go.
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

    private record Known(String id, long pid) {}

    /** Workers of this host with open attempts whose process is gone. To be asked before registering: this process's id may have been theirs. */
    List<String> dead() {
        return jdbc
                .sql("""
                        select id, pid from worker
                        where host = :host and exists (select 1 from attempt where worker = worker.id and ended_at is null)""")
                .param("host", host)
                .query((row, n) -> new Known(row.getString("id"), row.getLong("pid")))
                .list()
                .stream()
                .filter(known -> known.pid() == ProcessHandle.current().pid()
                        || ProcessHandle.of(known.pid())
                                .filter(ProcessMark::runs)
                                .isEmpty())
                .map(Known::id)
                .toList();
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
