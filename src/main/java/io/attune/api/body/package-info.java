/** Reads JSON bodies: {@link io.attune.api.body.JsonFields}, the entry, takes fields by name and range, and refuses by name what it does not know. */
package io.attune.api.body;
