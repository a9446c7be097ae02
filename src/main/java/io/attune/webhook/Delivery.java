package io.attune.webhook;

/**
 * One try to send an event to an endpoint, claimed by this process.
 *
 * @param id the header {@code webhook-id}, the same for every try
 * @param tries number of this try, from 1
 */
record Delivery(String id, int tries, String endpoint, String url, SigningSecret secret, String body) {}
