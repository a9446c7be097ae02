/**
 * JSON read strictly, and what is wrong with a JSON text in a user's words: the place, what is expected there, what
 * is found, and the way out ({@link io.attune.json.JsonFault}). Whoever reads JSON with another parser asks {@link
 * io.attune.json.StrictJson} for the words too. Threads that parse share a part of the heap ({@link
 * io.attune.json.HeapShare}). {@link io.attune.json.ValueType} says which values a field takes, in code and in words.
 */
package io.attune.json;
