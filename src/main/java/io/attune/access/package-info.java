/**
 * Checks API keys and finds the project of a key. {@link io.attune.access.AccessConfiguration}, the entry, says which
 * paths need a key: everything under {@code /v1}, but not the API's description, the Swagger UI and the health
 * probes. For each request {@link io.attune.access.ApiKeyFilter} reads the key, {@link io.attune.access.ApiKeys}
 * looks it up, and endpoints receive a {@link io.attune.access.Caller}. OpenAI's headers for organization and project
 * have no effect.
 */
package io.attune.access;
