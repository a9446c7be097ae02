/**
 * Sends events to a project's endpoints when a job ends. Signatures follow OpenAI's webhooks (Standard Webhooks).
 * {@code WebhookSender}, the entry, sends what {@code Outbox} writes.
 *
 * <pre>
 * WebhookController  manages the endpoints; WebhookUrl and AddressPolicy check their URLs
 * Outbox             writes a delivery for each endpoint, in the transaction that ends the job
 * WebhookSender      claims deliveries from Deliveries
 * -> WebhookPost     posts a delivery, signed with SigningSecret
 * -> Deliveries      records the Reply; RetrySchedule decides when to try again
 * DeliverySweeper    deletes old deliveries
 * </pre>
 */
package io.attune.webhook;
