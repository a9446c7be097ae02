package io.attune.text;

/**
 * A run of tokens of a {@link Pack} that attend causally to themselves and, if {@code prefixLength > 0}, to the whole
 * of {@code [prefixStart, prefixStart + prefixLength)}, an earlier segment of the same pack.
 */
public record Segment(int start, int length, int prefixStart, int prefixLength) {}
