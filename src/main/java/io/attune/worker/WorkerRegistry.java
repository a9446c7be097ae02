package io.attune.worker;

import io.attune.storage.DataFolder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of workers. A worker's host is the machine's name and the data folder, which one service at a time owns. */
@Component
class WorkerRegistry {

    private final JdbcClient jdbc;
    private final String host;

    WorkerRegistry(JdbcClient jdbc, DataFolder data) {
        this.jdbc = jdbc;
        this.host = machine() + ":" + data.root();
    }

    /** @return the new worker's id */
    String register(Devices devices) {
        String id = UUID.randomUUID().toString();
        jdbc.sql("insert into worker (id, host, pid, devices) values (:id, :host, :pid, :devices)")
                .param("id", id)
                .param("host", host)
                .param("pid", ProcessHandle.current().pid())
                .param("devices", String.join(",", devices.names()))
                .update();
        return id;
    }

    void seen(String worker) {
        jdbc.sql("update worker set seen_at = now() where id = :id")
                .param("id", worker)
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
