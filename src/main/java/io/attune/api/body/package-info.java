/**
 * Reads JSON bodies. {@link io.attune.api.body.JsonFields}, the entry, reads fields by name and range. Then it
 * refuses unknown fields by name.
 */
package io.attune.api.body;
