/**
 * What all endpoints share: OpenAI's error object from every layer, pages, ids, request ids, strict JSON, the OpenAPI description.
 */
package io.attune.api;
