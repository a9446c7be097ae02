/**
 * Calls that act once, even if a client repeats them. Entry class: {@link io.attune.api.idempotency.Idempotency}. An
 * endpoint says with {@link io.attune.api.idempotency.Idempotent} or {@link io.attune.api.idempotency.ReadOnly} what
 * a repeat of its calls does.
 */
package io.attune.api.idempotency;
