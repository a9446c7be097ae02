/**
 * The events of a job. {@link io.attune.job.event.EventLog}, the entry, appends events with numbers without gaps,
 * and publishes {@link io.attune.job.event.EventsAppended}. {@link io.attune.job.event.JobEvents} reads events.
 */
package io.attune.job.event;
