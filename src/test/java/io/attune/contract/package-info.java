/**
 * OpenAI's contract as a test: the facts of its specification ({@code openai.yaml}), what Attune adds ({@code overlay.yaml}) and where its requests
 * are narrower ({@code narrowing.yaml}), against answers, the committed openapi.yaml and docs/api.md.
 */
package io.attune.contract;
