/**
 * Provides the parts that all endpoints share: OpenAI's error object, bodies, pages, ids, request ids, strict JSON
 * and the OpenAPI description. {@link io.attune.api.ErrorAdvice}, the entry, turns exceptions into error objects. A
 * request passes {@link io.attune.api.RequestIdFilter}, then {@link io.attune.api.JsonBodyFilter}, then the endpoint.
 * {@link io.attune.api.Endpoints} gives filters the annotations of the endpoint.
 */
package io.attune.api;
