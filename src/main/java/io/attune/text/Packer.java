package io.attune.text;

import io.attune.dataset.Packing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lays the token sequences of an optimizer step out as packs: end to end, without padding. The beginning that all
 * sequences of a pack share is laid out once.
 *
 * <pre>
 * given    a: S Y S u1 a1 a2       b: S Y S u2 u3 b1        (targets: a1 a2, b1)
 *
 * pack     index       0  1  2 | 3  4  5 | 6  7  8
 *          ids         S  Y  S | u1 a1 a2| u2 u3 b1
 *          positions   0  1  2 | 3  4  5 | 3  4  5          continuing after the prefix
 *          segments    (0,3)    (3,3)     (6,3), the last two with prefix (0,3)
 *          predictors  3  4  7
 *          labels      a1 a2 b1                              the state at 3 predicts a1, ...
 *
 * mask     0 1 2 3 4 5 6 7 8     (x: the row's token attends to the column's)
 *        0 x
 *        1 x x
 *        2 x x x
 *        3 x x x x
 *        4 x x x x x
 *        5 x x x x x x
 *        6 x x x       x
 *        7 x x x       x x
 *        8 x x x       x x x
 * </pre>
 *
 * The gradient equals that of the single sequences. Each target of each sequence keeps its own entry in
 * {@code predictors} and {@code labels}, also if the target lies in the prefix or if the last token of the prefix
 * predicts it. In the drawing, index 2 would predict the first token after the prefix of both sequences, if these
 * tokens were targets.
 */
public final class Packer {

    private Packer() {}

    /**
     * Splits {@code sequences}, in order, into packs of at most {@code maxTokens} computed tokens. A sequence that
     * is longer than that gets a pack of its own. Sequences without tokens are not allowed.
     *
     * @param lengthBound a pack contains either only sequences of at most this length or only longer ones; 0 for no
     *     bound
     */
    public static List<Pack> pack(List<TokenSequence> sequences, int maxTokens, int lengthBound) {
        Packing.Limits limits = new Packing.Limits(maxTokens, lengthBound);
        List<Pack> packs = new ArrayList<>();
        int start = 0;
        while (start < sequences.size()) {
            Packing packing = packing(sequences.subList(start, sequences.size()), limits);
            int end = start + packing.count();
            packs.add(layOut(sequences.subList(start, end), packing.prefix()));
            start = end;
        }
        return packs;
    }

    /** As many of the first sequences as one pack may hold. */
    private static Packing packing(List<TokenSequence> sequences, Packing.Limits limits) {
        int[] first = sequences.get(0).ids();
        Packing packing = Packing.of(first.length);
        for (TokenSequence next : sequences.subList(1, sequences.size())) {
            int shared = commonPrefix(first, next.ids(), packing.common());
            Optional<Packing> larger = packing.with(next.length(), shared, limits);
            if (larger.isEmpty()) {
                return packing;
            }
            packing = larger.get();
        }
        return packing;
    }

    private static int commonPrefix(int[] a, int[] b, int limit) {
        int end = Math.min(limit, b.length);
        int mismatch = Arrays.mismatch(a, 0, end, b, 0, end);
        return mismatch < 0 ? end : mismatch;
    }

    private static Pack layOut(List<TokenSequence> sequences, int prefix) {
        int tokens = prefix;
        int targets = 0;
        for (TokenSequence sequence : sequences) {
            tokens += sequence.length() - prefix;
            targets += sequence.targets();
        }
        int[] ids = new int[tokens];
        int[] positions = new int[tokens];
        int[] predictors = new int[targets];
        int[] labels = new int[targets];
        List<Segment> segments = new ArrayList<>();
        if (prefix > 0) {
            System.arraycopy(sequences.get(0).ids(), 0, ids, 0, prefix);
            for (int i = 0; i < prefix; i++) {
                positions[i] = i;
            }
            segments.add(new Segment(0, prefix, 0, 0));
        }
        int start = prefix;
        int target = 0;
        for (TokenSequence sequence : sequences) {
            int shift = start - prefix; // token i of the sequence lies at i in the prefix, else at i + shift
            for (int i = 0; i < sequence.length(); i++) {
                if (i >= prefix) {
                    ids[i + shift] = sequence.ids()[i];
                    positions[i + shift] = i;
                }
                if (sequence.target()[i]) {
                    predictors[target] = i - 1 < prefix ? i - 1 : i - 1 + shift;
                    labels[target++] = sequence.ids()[i];
                }
            }
            segments.add(new Segment(start, sequence.length() - prefix, 0, prefix));
            start += sequence.length() - prefix;
        }
        return new Pack(ids, positions, List.copyOf(segments), predictors, labels, sequences.size());
    }
}
