package io.attune.estimate;

import io.attune.dataset.ReferenceRows;
import io.attune.dataset.RowSizes;
import io.attune.setting.Tuning;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * The most memory that a trainer takes at any time, in bytes. On the CPU this is its resident memory without the
 * pages of libraries: trainers share these pages, and the kernel may drop them. On a GPU it is the allocated GPU
 * memory.
 *
 * @param weights of the base model and the adapter
 * @param gradients of the trained weights
 * @param moments AdamW's two moments of each trained weight
 * @param activations kept for the backward pass, and the largest gradients of activations
 * @param logits the logits that are computed at once, and the loss over them
 * @param allocator freed memory that the allocator neither reuses nor returns
 * @param data token rows
 * @param runtime the JVM and libtorch, or the GPU's context
 * @param files memory for reading the base model or writing the results, as far as it exceeds the memory of a step
 * @param total the sum of all parts
 */
@Schema(
        requiredProperties = {
            "weights",
            "gradients",
            "moments",
            "activations",
            "logits",
            "allocator",
            "data",
            "runtime",
            "files",
            "total"
        })
public record MemoryEstimate(
        long weights,
        long gradients,
        long moments,
        long activations,
        long logits,
        long allocator,
        long data,
        long runtime,
        long files,
        long total) {

    /** Bytes of a token row without its tokens: objects, lists. */
    private static final long ROW_BYTES = 120;

    /** Bytes of a token: an int and a flag. */
    private static final long TOKEN_BYTES = 5;

    /** Bytes of the JVM's heap, of compiled code and of libtorch's buffers. Measured. */
    private static final long CPU_RUNTIME = 146L << 20;

    private static final long CUDA_RUNTIME = 900L << 20;

    public static MemoryEstimate of(Training training, Kind kind) {
        ModelShape model = training.model();
        Trainable trainable = Trainable.of(training.tuning());
        boolean onGpu = kind == Kind.CUDA;
        long trained = trainable.parameters(model);
        long base = model.parameters() * (onGpu && !trainable.isFull() ? 2 : 4);
        long weights = base + (trainable.isFull() ? 0 : 4 * trained);
        long gradients = 4 * trained;
        long moments = 8 * trained;
        long data = onGpu ? 0 : data(training);
        long runtime = onGpu ? CUDA_RUNTIME : CPU_RUNTIME;

        Activations activations = new Activations(model, trainable, kind);
        LargestPack packs = new LargestPack(
                training.training(), (long) training.steps() * training.batchSequences(), model.lengthBound());
        LargestPack.Size step = packs.by(activations::kept, training.batchSequences(), training.microBatchTokens());
        long logits = activations.loss(step, true);
        long kept = activations.kept(step) + Math.max(0, activations.backward(step) - logits);
        for (LargestPack.Size pack : evaluated(training, activations)) {
            long evaluation = activations.forward(pack) + activations.loss(pack, false);
            kept += Math.max(0, evaluation - kept - logits);
        }
        long allocator = onGpu
                ? (kept + logits) / 10 // blocks are cached and rounded up
                : packs.amongLaidOut(activations::lost, training.batchSequences(), training.microBatchTokens());
        long duringStep = weights + gradients + moments + kept + logits + allocator;
        long files = Math.max(
                0,
                Math.max(loading(training, kind), saving(training, kind) + weights + gradients + moments) - duringStep);
        return new MemoryEstimate(
                weights,
                gradients,
                moments,
                kept,
                logits,
                allocator,
                data,
                runtime,
                files,
                duringStep + data + runtime + files);
    }

    /**
     * Returns the largest packs without gradients: packs of the validation rows, or else of the training rows that
     * check a reloaded result.
     */
    private static List<LargestPack.Size> evaluated(Training training, Activations activations) {
        List<LargestPack.Size> packs = new ArrayList<>();
        RowSizes rows = training.validation() == null ? training.training() : training.validation();
        long most = training.validation() == null ? ReferenceRows.TRAINING_ROWS * rows.mostSequences() : Long.MAX_VALUE;
        LargestPack laidOut =
                new LargestPack(rows, rows.sequences(), training.model().lengthBound());
        packs.add(laidOut.by(activations::forward, most, training.microBatchTokens()));
        return packs;
    }

    private static long data(Training training) {
        return bytes(training.training()) + (training.validation() == null ? 0 : bytes(training.validation()));
    }

    private static long bytes(RowSizes sizes) {
        double mean = 0;
        for (int length : sizes.lengths()) {
            mean += (double) length / sizes.lengths().length;
        }
        return (long) (sizes.sequences() * (ROW_BYTES + TOKEN_BYTES * mean));
    }

    /** Returns the bytes of loading. The base model's files stay mapped while the weights are made from them. */
    private static long loading(Training training, Kind kind) {
        ModelShape model = training.model();
        long mapped = kind == Kind.CUDA ? 0 : model.parameters() * model.storedBytes();
        return mapped + 4 * model.parameters();
    }

    /**
     * Returns the bytes of saving. Full weights of a narrower type are converted from the weights in memory, all at
     * once. All other results are written without conversion.
     */
    private static long saving(Training training, Kind kind) {
        ModelShape model = training.model();
        boolean converted = training.tuning().type() == Tuning.Type.FULL && model.storedBytes() < 4;
        return converted && kind == Kind.CPU ? model.parameters() * model.storedBytes() : 0;
    }
}
