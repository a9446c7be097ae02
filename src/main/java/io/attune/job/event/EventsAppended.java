package io.attune.job.event;

/** A job has new events. Published in the transaction that writes them; for those who are told after its commit. */
public record EventsAppended(String job) {}
