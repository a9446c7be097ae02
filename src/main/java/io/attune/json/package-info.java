/**
 * Reads JSON strictly, and describes faults in words for users.
 *
 * <p>{@link io.attune.json.StrictJson}, the entry, reads a text. A fault becomes a {@link io.attune.json.JsonFault}:
 * the place, the expected text, the found text, and the correction. Code that reads JSON with another parser also
 * takes the words for its messages from {@code StrictJson}. Threads that parse share a part of the heap
 * ({@link io.attune.json.HeapShare}). A {@link io.attune.json.ValueType} says which values a field takes, in code and
 * in words.
 */
package io.attune.json;
