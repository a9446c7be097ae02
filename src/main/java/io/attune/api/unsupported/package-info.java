/**
 * Refuses endpoints of OpenAI's API that Attune does not have.
 * {@link io.attune.api.unsupported.UnsupportedEndpoints}, the entry, names each endpoint.
 */
package io.attune.api.unsupported;
