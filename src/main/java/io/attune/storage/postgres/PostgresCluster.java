package io.attune.storage.postgres;

import io.attune.disk.Trees;
import io.attune.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of the database: {@code cluster/}, which contains its major version in {@code PG_VERSION}, and the
 * password beside it.
 *
 * @param folder the cluster
 * @param password password of the superuser, {@value #USER}, which only creates the service's role and its database
 */
record PostgresCluster(Path folder, String password) {

    static final String USER = "attune";
    private static final List<String> ESSENTIALS =
            List.of("PG_VERSION", "postgresql.conf", "global/pg_control", "base", "pg_wal");

    /**
     * Opens the cluster in {@code parent}, or creates it. An interrupted creation leaves no folder with the
     * cluster's name.
     */
    static PostgresCluster openIn(Path parent, PostgresBinaries binaries) throws IOException, InterruptedException {
        Path cluster = parent.resolve("cluster");
        Path passwordFile = parent.resolve("password");
        if (Files.exists(cluster)) {
            new PostgresCluster(cluster, null).check();
            int recorded = Integer.parseInt(
                    Files.readString(cluster.resolve("PG_VERSION")).strip());
            if (recorded != binaries.major()) {
                throw new StorageException(
                        "The database in " + cluster + " was made by PostgreSQL " + recorded
                                + ", and this Attune brings PostgreSQL " + binaries.major()
                                + ", which cannot read it.",
                        "Run the Attune that made it, or name a PostgreSQL " + recorded
                                + " of your own on that folder in SPRING_DATASOURCE_URL.");
            }
        } else {
            make(cluster, passwordFile, binaries);
        }
        return new PostgresCluster(cluster, Files.readString(passwordFile).strip());
    }

    /** Whether all files exist that PostgreSQL needs to start. Missing files do not come back by themselves. */
    boolean isWhole() {
        return ESSENTIALS.stream().allMatch(name -> Files.exists(folder.resolve(name)));
    }

    /** @throws StorageException unless the cluster {@link #isWhole} */
    void check() {
        if (!isWhole()) {
            List<String> missing = ESSENTIALS.stream()
                    .filter(name -> !Files.exists(folder.resolve(name)))
                    .toList();
            throw new StorageException(
                    "The database in " + folder + " is damaged: " + String.join(", ", missing)
                            + (missing.size() == 1 ? " is missing." : " are missing."),
                    "Put back a copy of the whole folder " + folder.getParent() + ", and start Attune again.");
        }
    }

    /** Writes a new password in hexadecimal, readable only for this user. */
    static void writePassword(Path file) throws IOException {
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(secret) + "\n");
    }

    private static void make(Path cluster, Path passwordFile, PostgresBinaries binaries)
            throws IOException, InterruptedException {
        writePassword(passwordFile);
        Path unfinished = cluster.resolveSibling("cluster.unfinished");
        Trees.delete(unfinished);
        Process initdb = binaries.command(
                        "initdb",
                        List.of(
                                "--pgdata=" + unfinished,
                                "--username=" + USER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-instructions"))
                .redirectErrorStream(true)
                .start();
        String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new StorageException(
                    "The database could not be made in " + cluster + ": " + output.strip(),
                    "Repair what PostgreSQL's initdb reports and start again; no files were left behind.");
        }
        Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
    }
}
