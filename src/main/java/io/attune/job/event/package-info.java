/**
 * What happened to a job. {@link io.attune.job.event.EventLog}, the entry, appends events, whose numbers have no gaps;
 * {@link io.attune.job.event.JobEvents} reads them.
 */
package io.attune.job.event;
