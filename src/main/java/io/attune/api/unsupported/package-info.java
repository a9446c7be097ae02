/**
 * Endpoints of OpenAI's API that Attune does not have ({@link io.attune.api.unsupported.UnsupportedEndpoints}). Each
 * one is refused by name.
 */
package io.attune.api.unsupported;
