/**
 * The embedded PostgreSQL: used when no database is configured. Its server is a child process of the service, durable settings on,
 * watched and restarted.
 */
package io.attune.storage.postgres;
