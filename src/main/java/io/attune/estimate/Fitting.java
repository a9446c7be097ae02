package io.attune.estimate;

import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Finds the smallest change of a job's settings with which its training fits into a given amount of memory. */
public final class Fitting {

    /** In tokens. A shorter row holds hardly any information. */
    private static final int SHORTEST = 64;

    private static final List<Integer> RANKS = List.of(64, 16, 8, 4);

    private final Training training;
    private final Kind kind;
    private final long bytes;

    private Fitting(Training training, Kind kind, long bytes) {
        this.training = training;
        this.kind = kind;
        this.bytes = bytes;
    }

    /**
     * Tries smaller micro-batches first, because they change no result. Then it tries shorter rows, then fewer
     * trained weights.
     *
     * @param bytes the most bytes that a trainer may take
     * @return an empty result if nothing fits; a change without any changed setting if the training already fits
     */
    public static Optional<Change> of(Training training, Kind kind, long bytes) {
        return new Fitting(training, kind, bytes).search();
    }

    private Optional<Change> search() {
        Change none = new Change(null, null, null, null);
        if (fits(training)) {
            return Optional.of(none);
        }
        Optional<Change> change = shorter(none, training);
        if (change.isPresent()) {
            return change;
        }
        Tuning tuning = training.tuning();
        if (tuning.type() == Tuning.Type.FULL) {
            Training lora = training.withUsualLora();
            Change asLora = new Change(null, null, "lora", lora.tuning().get(Lora.R));
            return fits(lora) ? Optional.of(asLora) : shorter(asLora, lora);
        }
        for (int rank : RANKS) {
            if (rank < tuning.get(Lora.R)) {
                Training smaller = training.with(tuning.with(Lora.R, rank));
                Change ranked = new Change(null, null, null, rank);
                change = fits(smaller) ? Optional.of(ranked) : shorter(ranked, smaller);
                if (change.isPresent()) {
                    return change;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Change> shorter(Change change, Training base) {
        int longest = base.smallestMicroBatch();
        Integer micro = most(longest, base.microBatchTokens(), base::withMicroBatchTokens);
        if (micro != null) {
            return Optional.of(change.withMicroBatchTokens(micro));
        }
        Integer length = most(
                Math.min(SHORTEST, longest),
                longest,
                cut -> base.withMaxLength(cut).withMicroBatchTokens(Math.min(cut, base.microBatchTokens())));
        return Optional.ofNullable(length)
                .map(cut -> change.withMaxLength(cut).withMicroBatchTokens(Math.min(cut, base.microBatchTokens())));
    }

    /** Returns the largest value of {@code [low, high]} that fits, or null if {@code low} does not fit. */
    private Integer most(int low, int high, IntFunction<Training> with) {
        if (low > high || !fits(with.apply(low))) {
            return null;
        }
        int fitting = low;
        int tooMuch = high + 1;
        while (tooMuch - fitting > 1) {
            int middle = fitting + (tooMuch - fitting) / 2;
            if (fits(with.apply(middle))) {
                fitting = middle;
            } else {
                tooMuch = middle;
            }
        }
        return fitting;
    }

    private boolean fits(Training candidate) {
        return MemoryEstimate.of(candidate, kind).total() <= bytes;
    }
}
