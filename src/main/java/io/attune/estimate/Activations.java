package io.attune.estimate;

import io.attune.architecture.Head;
import java.util.EnumMap;
import java.util.Map;

/**
 * Bytes of what a decoder computes from a pack: what its layers keep until the backward pass ({@link LayerShapes}), and what is there for a
 * moment.
 *
 * <p>What goes into an adapter is kept once where several read it. With dropout each adapter keeps its own noise and product in place of
 * it. An adapter keeps A x too. On a GPU all is bfloat16, but norms and adapters compute in float32 and keep their inputs so.
 */
final class Activations {

    /** From here on a tensor has memory pages of its own, which go back when it is freed: the worker sets malloc's threshold so. */
    private static final long OWN_PAGES = 1 << 20;

    private static final int CHUNK = 64; // tokens, as model/kernel/delta_net has it

    private static final int AT_ONCE = 2; // scores, or their gradients, beside those that are kept

    private final ModelShape model;
    private final Trainable trainable;
    private final boolean half;
    private final Map<Kept.Per, Long> keptBy; // bytes

    Activations(ModelShape model, Trainable trainable, Kind kind) {
        this.model = model;
        this.trainable = trainable;
        this.half = kind == Kind.CUDA;
        this.keptBy = keptBy();
    }

    /** Until the backward pass. */
    long kept(LargestPack.Size pack) {
        long bytes = 0;
        for (Kept.Per per : keptBy.keySet()) {
            bytes += keptBy.get(per) * count(per, pack);
        }
        for (LayerShape kind : model.kinds()) {
            bytes += wide() * kind.count() * pack.sum(kind.pairs()::kept);
        }
        long casts =
                half && trainable.isFull() ? 2 * model.parameters() : 0; // float32 weights are multiplied as bfloat16
        return bytes + casts;
    }

    /** Bytes that all layers keep, but for what is of pairs. */
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

    /** Of a tensor, for one of what it is counted by. */
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
     * How much of what is kept lies in malloc's heap rather than in pages of its own: there glibc (before 2.38) rarely finds the room of a
     * freed tensor again for an aligned one of the same size, so that the heap grows beyond what is in use. That part is returned; both
     * factors are measured.
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

    /** Bytes of so many numbers, if they lie in malloc's heap. */
    private static long inHeap(long numbers) {
        return 4 * numbers < OWN_PAGES ? 4 * numbers : 0;
    }

    /** Gradients of one layer's activations, at the most. */
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

    /** Of one layer without gradients. */
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
     * Logits of a chunk of targets, and what becomes of them: normed, and with gradients the gradients of both. A head that is trained gets
     * the gradient of its chunk when half of that is gone.
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
