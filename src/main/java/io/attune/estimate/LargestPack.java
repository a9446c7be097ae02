package io.attune.estimate;

import io.attune.dataset.Packing;
import io.attune.dataset.RowSizes;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/**
 * Finds the pack with the largest cost among the packs of a run. Token sequences (called rows here) are drawn from
 * the known lengths, in a new order for each epoch. The search tries every series of neighbouring rows that fits into
 * one pack. {@link Packing} decides which rows fit, also for {@code text.Packer}.
 */
final class LargestPack {

    private static final int MOST_ROWS = 4096; // drawn rows; more rows would hardly show a larger pack

    private static final long SEED = 20_240_229;

    /**
     * The size of a pack.
     *
     * @param tokens number of computed tokens
     * @param keys number of attended tokens; the tokens of the shared prefix count once more for every row
     * @param targets number of predicted tokens
     * @param prefix number of tokens that all rows share; 0 for none
     * @param lengths the full lengths of the rows in tokens, including the prefix
     */
    record Size(long tokens, long keys, long targets, int prefix, int[] lengths) {

        int rows() {
            return lengths.length;
        }

        /**
         * Returns the sum over all segments.
         *
         * @param of takes the tokens of a segment and the tokens that they attend to
         */
        long sum(LongBinaryOperator of) {
            long sum = prefix > 0 ? of.applyAsLong(prefix, prefix) : 0;
            for (int length : lengths) {
                sum += of.applyAsLong(length - prefix, length);
            }
            return sum;
        }

        /**
         * Returns the maximum over all segments.
         *
         * @param of takes the tokens of a segment and the tokens that they attend to
         */
        long most(LongBinaryOperator of) {
            long most = prefix > 0 ? of.applyAsLong(prefix, prefix) : 0;
            for (int length : lengths) {
                most = Math.max(most, of.applyAsLong(length - prefix, length));
            }
            return most;
        }
    }

    private final RowSizes sizes;
    private final int[] rows; // lengths in tokens, in the order of the run
    private final int epoch; // rows of one epoch
    private final int lengthBound;

    /**
     * @param drawn rows that the run reads in all its epochs together
     * @param lengthBound in tokens; a pack has either only rows of at most this length or only longer rows; 0 for no
     *     bound
     */
    LargestPack(RowSizes sizes, long drawn, int lengthBound) {
        this.sizes = sizes;
        this.lengthBound = lengthBound;
        this.epoch = sizes.sequences();
        this.rows = new int[(int) Math.min(MOST_ROWS, Math.max(drawn, 1))];
        Random random = new Random(SEED);
        int[] order = sizes.lengths().clone();
        boolean every = sizes.sequences() == order.length;
        for (int i = 0; i < rows.length; i++) {
            int place = every ? i % order.length : 0;
            if (every && place == 0) {
                shuffle(order, random);
            }
            rows[i] = every ? order[place] : drawn(order, random);
        }
    }

    /**
     * Returns the size of the pack with the largest cost.
     *
     * @param mostRows the most rows of a pack
     * @param mostTokens the most computed tokens of a pack with several rows
     */
    Size by(ToLongFunction<Size> cost, long mostRows, long mostTokens) {
        Packing.Limits limits = new Packing.Limits(mostTokens, lengthBound);
        Size largest = size(new int[] {sizes.longest()}, Packing.of(sizes.longest()));
        for (int start = 0; start < rows.length; start++) {
            int end = (int) Math.min(Math.min(rows.length, start + mostRows), (start / epoch + 1L) * epoch);
            Optional<Packing> pack = Optional.of(Packing.of(rows[start]));
            while (pack.isPresent()) {
                Size size = size(start, pack.get());
                if (cost.applyAsLong(size) > cost.applyAsLong(largest)) {
                    largest = size;
                }
                pack = next(pack.get(), start, end, limits);
            }
        }
        return largest;
    }

    /**
     * Returns the largest cost among the packs of one exact layout. This layout cuts batches of {@code batchSize}
     * rows in the order of the run. {@link #by} looks at all possible packs instead.
     */
    long amongLaidOut(ToLongFunction<Size> cost, int batchSize, long mostTokens) {
        Packing.Limits limits = new Packing.Limits(mostTokens, lengthBound);
        long largest = 0;
        int start = 0;
        while (start < rows.length) {
            int place = start % epoch;
            int batchEnd = start + Math.min(batchSize - place % batchSize, epoch - place);
            int end = Math.min(rows.length, batchEnd);
            Packing pack = Packing.of(rows[start]);
            Optional<Packing> larger = next(pack, start, end, limits);
            while (larger.isPresent()) {
                pack = larger.get();
                larger = next(pack, start, end, limits);
            }
            largest = Math.max(largest, cost.applyAsLong(size(start, pack)));
            start += pack.count();
        }
        return largest;
    }

    /** Returns the pack with one more row. Returns an empty result if the pack is full or {@code end} is reached. */
    private Optional<Packing> next(Packing pack, int start, int end, Packing.Limits limits) {
        int row = start + pack.count();
        return row < end ? pack.with(rows[row], sizes.commonPrefix(), limits) : Optional.empty();
    }

    private Size size(int start, Packing pack) {
        return size(Arrays.copyOfRange(rows, start, start + pack.count()), pack);
    }

    private Size size(int[] lengths, Packing pack) {
        int prefix = pack.prefix();
        long keys = prefix > 0 ? pack.tokens() + prefix : pack.tokens();
        return new Size(pack.computed(), keys, targets(pack.tokens()), prefix, lengths);
    }

    private long targets(long tokens) {
        return Math.max(1, Math.round(sizes.targets() * tokens));
    }

    private static int drawn(int[] points, Random random) {
        double place = random.nextDouble() * (points.length - 1);
        int below = (int) place;
        return (int) Math.round(points[below] + (place - below) * (points[below + 1] - points[below]));
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
    }
}
