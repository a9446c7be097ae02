/**
 * Who may call: API keys and the project a key belongs to. Everything under {@code /v1} wants a key; the API's description, the Swagger UI
 * and the health probes are open. OpenAI's headers for organization and project are not looked at.
 */
package io.attune.access;
