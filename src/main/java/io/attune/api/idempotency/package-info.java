/**
 * Lets calls act once, even if a client repeats them. An endpoint has the annotation
 * {@link io.attune.api.idempotency.Idempotent} or {@link io.attune.api.idempotency.ReadOnly}.
 * {@link io.attune.api.idempotency.IdempotencyFilter} passes a call to {@link io.attune.api.idempotency.Idempotency},
 * the entry. It looks for a recorded answer, or runs the call and records its answer.
 */
package io.attune.api.idempotency;
