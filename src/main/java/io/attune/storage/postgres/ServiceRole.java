package io.attune.storage.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The database role of the service. It owns the database {@value #DATABASE} with its contents and has no other
 * rights. An injected statement therefore cannot read the server's files or start programs there, as a superuser's
 * statement could.
 *
 * @param password in hexadecimal, so that it needs no quoting in a statement
 */
record ServiceRole(String password) {

    static final String NAME = "attune_service";
    static final String DATABASE = "attune";

    /** Transfers ownership in databases that were created while the service was still a superuser. */
    private static final String TAKE_OVER = """
            do $$
            declare
                mine record;
            begin
                for mine in
                    select format('alter table %%s owner to %1$s', c.oid::regclass) as change
                    from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where c.relowner = 10 and n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'S')
                        and not exists (select from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
                    union all
                    select format('alter routine %%s owner to %1$s', p.oid::regprocedure)
                    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                    where p.proowner = 10 and n.nspname = 'public'
                    union all
                    select format('alter type %%s owner to %1$s', t.oid::regtype)
                    from pg_type t join pg_namespace n on n.oid = t.typnamespace
                    where t.typowner = 10 and n.nspname = 'public' and t.typtype in ('e', 'd')
                loop
                    execute mine.change;
                end loop;
            end $$""".formatted(NAME);

    /** Creates the database and the role if they do not exist, and makes the role the owner of the database. */
    static ServiceRole prepare(PostgresCluster cluster, int port) throws IOException, SQLException {
        Path file = cluster.folder().resolveSibling("service-password");
        if (!Files.exists(file)) {
            Path unfinished = file.resolveSibling("service-password.unfinished");
            PostgresCluster.writePassword(unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        ServiceRole role = new ServiceRole(Files.readString(file).strip());
        String server = "jdbc:postgresql://127.0.0.1:" + port + "/";
        try (Connection connection = superuser(server + "postgres", cluster)) {
            role.make(connection);
        }
        try (Connection connection = superuser(server + DATABASE, cluster);
                Statement statement = connection.createStatement()) {
            statement.execute(TAKE_OVER);
        }
        return role;
    }

    private static Connection superuser(String url, PostgresCluster cluster) throws SQLException {
        return DriverManager.getConnection(url, PostgresCluster.USER, cluster.password());
    }

    private void make(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!has(connection, "select from pg_roles where rolname = ?", NAME)) {
                statement.execute("create role " + NAME);
            }
            if (!password.matches("[0-9a-f]+")) {
                throw new IllegalStateException("the password of " + NAME + " is not one that Attune has made");
            }
            statement.execute("alter role " + NAME
                    + " login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '" + password
                    + "'");
            if (!has(connection, "select from pg_database where datname = ?", DATABASE)) {
                statement.execute("create database " + DATABASE);
            }
            statement.execute("alter database " + DATABASE + " owner to " + NAME);
        }
    }

    private static boolean has(Connection connection, String question, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setString(1, name);
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }
}
