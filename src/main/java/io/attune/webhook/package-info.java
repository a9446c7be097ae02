/**
 * Tells a project's endpoints when a job has ended, signed as OpenAI signs its webhooks (Standard Webhooks).
 *
 * <p>In flow order: {@code WebhookController} manages the endpoints, {@code WebhookUrl} and {@code AddressPolicy} say which addresses they
 * may have. {@code Outbox} writes a delivery for each endpoint in the transaction that ends the job. {@code WebhookSender} claims them from
 * {@code Deliveries}, posts them with {@code WebhookPost}, signed by {@code SigningSecret}, and writes down the {@code Reply}; what failed is
 * tried again by the {@code RetrySchedule}. {@code DeliverySweeper} forgets what is over.
 */
package io.attune.webhook;
