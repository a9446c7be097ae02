package io.attune.text;

import java.util.List;

/**
 * Sequences laid end to end, without padding, for one forward pass.
 *
 * @param ids token ids, {@code [tokens]}
 * @param positions position of each token in its sequence, {@code [tokens]}
 * @param segments cover {@code [0, tokens)} in order
 * @param predictors for each label, the index in the pack of the hidden state that predicts it, {@code [targets]}
 * @param labels ids to predict, {@code [targets]}
 * @param sequences number of sequences in the pack
 */
public record Pack(int[] ids, int[] positions, List<Segment> segments, int[] predictors, int[] labels, int sequences) {

    /** The number of tokens of the longest sequence. */
    public int longest() {
        return segments.stream()
                .mapToInt(segment -> segment.prefixLength() + segment.length())
                .max()
                .orElse(0);
    }
}
