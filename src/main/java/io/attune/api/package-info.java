/**
 * What all endpoints share: OpenAI's error object from every layer, calls that act once however often they are repeated, pages, ids, request
 * ids, strict JSON, the OpenAPI description.
 */
package io.attune.api;
