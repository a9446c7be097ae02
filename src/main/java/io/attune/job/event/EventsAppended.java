package io.attune.job.event;

/** A job has new events. Published in the transaction that writes the events; listeners act after its commit. */
public record EventsAppended(String job) {}
