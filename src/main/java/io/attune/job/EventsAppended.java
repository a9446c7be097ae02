package io.attune.job;

/** A job has new events. Published in the transaction that writes them; for those who are told after its commit. */
record EventsAppended(String job) {}
