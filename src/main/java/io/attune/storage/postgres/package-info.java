/**
 * Runs the embedded PostgreSQL, which is used if no database is configured.
 * {@link io.attune.storage.postgres.EmbeddedPostgres}, the entry, starts the server as a child process with durable
 * settings, watches it and restarts it.
 *
 * <pre>
 * EmbeddedPostgres -> PostgresBinaries  unpacks the programs
 *                  -> PostgresCluster   creates or opens the files of the database
 *                  -> PostgresServer    the running process
 *                  -> ServiceRole       the role of the service
 * </pre>
 */
package io.attune.storage.postgres;
