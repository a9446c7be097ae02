package io.attune.text;

import java.util.List;

/**
 * Sequences laid end to end, without padding, to be computed at once.
 *
 * @param ids token ids, {@code [tokens]}
 * @param positions position of each token in its sequence, {@code [tokens]}
 * @param segments cover {@code [0, tokens)} in order
 * @param predictors index in the pack of the hidden state that has to predict the label of the same index, {@code
 *     [targets]}
 * @param labels ids to be predicted, {@code [targets]}
 * @param sequences how many sequences were laid out
 */
public record Pack(int[] ids, int[] positions, List<Segment> segments, int[] predictors, int[] labels, int sequences) {

    /** Tokens of the longest sequence. */
    public int longest() {
        return segments.stream()
                .mapToInt(segment -> segment.prefixLength() + segment.length())
                .max()
                .orElse(0);
    }
}
