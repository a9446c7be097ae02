/**
 * What all endpoints share: OpenAI's error object from every layer, bodies, pages, ids, request ids, strict JSON, the
 * OpenAPI description. Entry class: {@link io.attune.api.ErrorAdvice} for errors, {@link io.attune.api.Endpoints} for
 * what an endpoint says about itself.
 */
package io.attune.api;
