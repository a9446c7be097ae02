package io.attune.text;

/**
 * A run of tokens of a {@link Pack}. Its tokens attend causally to each other. If {@code prefixLength > 0}, they
 * also attend to all of {@code [prefixStart, prefixStart + prefixLength)}, an earlier segment of the same pack.
 */
public record Segment(int start, int length, int prefixStart, int prefixLength) {}
