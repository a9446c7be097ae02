package io.attune.estimate;

import io.attune.dataset.ReferenceRows;
import io.attune.dataset.RowSizes;
import io.attune.setting.Tuning;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * The most memory that a trainer takes at any time, in bytes: on the CPU what is resident but for the pages of libraries, which trainers
 * share and the kernel may drop; on a GPU what is taken there.
 *
 * @param weights of the base model and the adapter
 * @param gradients of what is trained
 * @param moments AdamW's two for each
 * @param activations kept for the backward pass, and the largest gradients of theirs
 * @param logits those computed at once, and the loss over them
 * @param allocator freed memory that cannot be used again, nor goes back
 * @param data token rows
 * @param runtime the JVM and libtorch, or the GPU's context
 * @param files what reading the base model or writing the results takes, where that is more than a step takes on top of the weights
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

    /** Bytes of a token row beside its tokens: objects, lists. */
    private static final long ROW_BYTES = 120;

    /** Of a token: an int and a flag. */
    private static final long TOKEN_BYTES = 5;

    /** Heap of the JVM, compiled code, libtorch's buffers: measured. */
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
                ? (kept + logits) / 10 // blocks are kept and rounded up
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

    /** The largest packs without gradients: of the validation rows, else of the rows that a reloaded result is checked by. */
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

    /** The base model's files are mapped while its weights are made of them. */
    private static long loading(Training training, Kind kind) {
        ModelShape model = training.model();
        long mapped = kind == Kind.CUDA ? 0 : model.parameters() * model.storedBytes();
        return mapped + 4 * model.parameters();
    }

    /** Full weights of a narrower type are made of those in memory, all at once; everything else is written as it is. */
    private static long saving(Training training, Kind kind) {
        ModelShape model = training.model();
        boolean converted = training.tuning().type() == Tuning.Type.FULL && model.storedBytes() < 4;
        return converted && kind == Kind.CPU ? model.parameters() * model.storedBytes() : 0;
    }
}
