package io.attune.estimate;

import io.attune.architecture.Head;
import java.util.EnumMap;
import java.util.Map;

/**
 * Computes the bytes of a pack's activations: the tensors that layers keep until the backward pass
 * ({@link LayerShapes}), and temporary tensors.
 *
 * <p>Several adapters with the same input keep that input once. With dropout, each adapter instead keeps its own
 * noise and the product of input and noise. Each adapter also keeps A x. On a GPU tensors are bfloat16. Norms and
 * adapters are the exception: they compute in float32 and keep their inputs in float32.
 */
final class Activations {

    /**
     * From this size in bytes, a tensor has its own memory pages, which return to the system when it is freed. The
     * environment of trainers sets malloc's threshold to this size.
     */
    private static final long OWN_PAGES = 1 << 20;

    private static final int CHUNK = 64; // in tokens, as in model/kernel/delta_net

    private static final int AT_ONCE = 2; // tensors of scores or of their gradients, beside the kept ones

    private final ModelShape model;
    private final Trainable trainable;
    private final boolean half;
    private final Map<Kept.Per, Long> keptBy; // in bytes

    Activations(ModelShape model, Trainable trainable, Kind kind) {
        this.model = model;
        this.trainable = trainable;
        this.half = kind == Kind.CUDA;
        this.keptBy = keptBy();
    }

    /** Returns the bytes that are kept until the backward pass. */
    long kept(LargestPack.Size pack) {
        long bytes = 0;
        for (Kept.Per per : keptBy.keySet()) {
            bytes += keptBy.get(per) * count(per, pack);
        }
        for (LayerShape kind : model.kinds()) {
            bytes += wide() * kind.count() * pack.sum(kind.pairs()::kept);
        }
        long casts = half && trainable.isFull() ? 2 * model.parameters() : 0; // float32 weights are cast to bfloat16
        return bytes + casts;
    }

    /** Returns the bytes per unit that all layers keep, without the tensors per pair of tokens. */
    private Map<Kept.Per, Long> keptBy() {
        Map<Kept.Per, Long> bytes = new EnumMap<>(Kept.Per.class);
        bytes.put(Kept.Per.TOKEN, 4L * model.hidden());
        for (LayerShape kind : model.kinds()) {
            bytes.merge(
                    Kept.Per.TOKEN,
                    4L * trainable.r() * kind.count() * kind.adapters(trainable.targetModules()),
                    Long::sum);
            for (Kept tensor : kind.kept()) {
                bytes.merge(tensor.per(), kind.count() * bytes(tensor), Long::sum);
            }
        }
        return bytes;
    }

    /** Returns the bytes of a tensor for one of its units. */
    private long bytes(Kept tensor) {
        return switch (tensor.when()) {
            case ALWAYS -> tensor.numbers() * width(tensor.per());
            case WEIGHTS_TRAINED -> trainable.isFull() ? tensor.numbers() * width(tensor.per()) : 0;
            case INTO -> into(tensor);
        };
    }

    private long into(Kept tensor) {
        if (trainable.isFull()) {
            return wide() * tensor.numbers();
        }
        long adapted = tensor.modules().stream().filter(trainable::adapts).count();
        if (trainable.dropout()) {
            return 4 * 2 * tensor.numbers() * adapted;
        }
        if (half) {
            return 4 * tensor.numbers() * adapted; // each adapter makes a float32 copy
        }
        return adapted > 0 ? 4 * tensor.numbers() : 0;
    }

    private long width(Kept.Per per) {
        return per == Kept.Per.FLOAT_TOKEN || per == Kept.Per.CHUNK_TOKEN ? 4 : wide();
    }

    private long wide() {
        return half ? 2 : 4;
    }

    private static long count(Kept.Per per, LargestPack.Size pack) {
        return switch (per) {
            case TOKEN, FLOAT_TOKEN, SEGMENT_TOKEN -> pack.tokens();
            case KEY -> pack.keys();
            case CHUNK_TOKEN -> pack.sum((tokens, keys) -> (tokens + CHUNK - 1) / CHUNK * CHUNK);
        };
    }

    /**
     * Returns the bytes that malloc's heap loses to fragmentation. Small tensors lie in the heap and not in their own
     * pages. glibc before 2.38 rarely reuses the room of a freed tensor for an aligned tensor of the same size. So
     * the heap grows beyond the used memory. Both factors are measured.
     */
    long lost(LargestPack.Size pack) {
        double lost = 0;
        for (LayerShape kind : model.kinds()) {
            for (Kept tensor : kind.kept()) {
                if (bytes(tensor) > 0) {
                    boolean whole = tensor.per() == Kept.Per.TOKEN || tensor.per() == Kept.Per.FLOAT_TOKEN;
                    long numbers = tensor.numbers() * count(tensor.per(), pack);
                    lost += kind.count()
                            * (whole ? 1.5 * inHeap(numbers) : 0.2 * pack.rows() * inHeap(numbers / pack.rows()));
                }
            }
        }
        return (long) lost;
    }

    /** Returns the bytes of a tensor with this many elements if it lies in malloc's heap, else 0. */
    private static long inHeap(long numbers) {
        return 4 * numbers < OWN_PAGES ? 4 * numbers : 0;
    }

    /** Returns the most bytes of gradients that the activations of one layer need at once. */
    long backward(LargestPack.Size pack) {
        long most = 0;
        for (LayerShape kind : model.kinds()) {
            long tokens = Math.max(feeding(kind), kind.mixing());
            long scores = AT_ONCE * pack.most(kind.pairs()::atOnce);
            long copies = trainable.isFull() ? 4 * kind.copies() : 0;
            most = Math.max(most, wide() * (pack.tokens() * (3L * model.hidden() + tokens) + scores) + copies);
        }
        return most;
    }

    private long feeding(LayerShape kind) {
        return (trainable.isFull() ? 3 : 4) * kind.feeding();
    }

    /** Returns the most bytes that one layer needs at once without gradients. */
    long forward(LargestPack.Size pack) {
        long most = 0;
        for (LayerShape kind : model.kinds()) {
            long keys = 0;
            long mixing = 0;
            for (Kept tensor : kind.kept()) {
                if (tensor.per() == Kept.Per.KEY || tensor.per() == Kept.Per.CHUNK_TOKEN) {
                    keys += tensor.numbers() * count(tensor.per(), pack);
                    mixing = 2 * tensor.numbers();
                }
            }
            long part = Math.max(feeding(kind) * pack.tokens(), mixing * pack.tokens() + keys);
            long scores = AT_ONCE * pack.most(kind.pairs()::atOnce) + pack.most(kind.pairs()::kept);
            most = Math.max(most, wide() * (3L * model.hidden() * pack.tokens() + part + scores));
        }
        return most;
    }

    /**
     * Returns the bytes of computing the loss. They hold the logits of one chunk of targets and the normalised
     * logits. With gradients they also hold the gradients of both. The gradient of a trained head for the chunk is
     * computed when half of these tensors are freed.
     */
    long loss(LargestPack.Size pack, boolean gradients) {
        long chunk = Math.min(pack.targets(), Head.targetsAtOnce(model.vocabulary()));
        long logits = 4 * chunk * model.vocabulary();
        long states = 4L * model.hidden() * pack.targets();
        long head = gradients && trainable.isFull() ? 4L * model.vocabulary() * model.hidden() : 0;
        long capped = model.cappedLogits() ? logits * (gradients ? 2 : 1) : 0;
        return Math.max(logits * (gradients ? 4 : 2), 2 * logits + head) + capped + states * (gradients ? 4 : 2);
    }
}
