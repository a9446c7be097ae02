package io.attune.estimate;

/**
 * Bytes of what a decoder computes from a pack, as {@code decoder.torchscript} and torch's autograd keep it. H: hidden size, I: intermediate
 * size, A: attention width, r: rank of an adapter.
 *
 * <pre>
 * kept of every layer until the backward pass, a token                        by
 *   H    what comes in                                                        first norm
 *   H    the normed states                                                    adapters of q, k, v; all weights trained
 *   A    queries                                                              attention
 *   2 A  keys and values, repeated for each head                              attention, of the prefix once more for each row
 *   A    its output, and once more end to end                                 attention; the adapter of o; all weights trained
 *   H    what goes into the MLP                                               second norm
 *   H    the normed states                                                    adapters of gate and up; all weights trained
 *   3 I  gate before and after its silu, up                                   MLP
 *   I    gate x up                                                            the adapter of down; all weights trained
 *   r    A x of each adapter                                                  its B
 *   2 H  the states that the norms' weights scale                             only where all weights are trained
 * </pre>
 *
 * <p>Dropout keeps, in the place of what goes into an adapter, its own noise and product for each adapter. On a GPU all of this is
 * bfloat16, but norms and adapters compute in float32 and keep their inputs so.
 */
final class Activations {

    /** From here on a tensor has memory pages of its own, which go back when it is freed: the worker sets malloc's threshold so. */
    private static final long OWN_PAGES = 1 << 20;

    private static final int LOGITS_AT_ONCE = 8 * 1024 * 1024; // elements, as model.Decoder has it

    private final ModelShape model;
    private final Tuning tuning;
    private final boolean half;

    Activations(ModelShape model, Tuning tuning, Kind kind) {
        this.model = model;
        this.tuning = tuning;
        this.half = kind == Kind.CUDA;
    }

    /** Until the backward pass. */
    long kept(LargestPack.Size pack) {
        long wide = half ? 2 : 4;
        long h = model.hidden();
        long a = model.attentionWidth();
        long i = model.intermediate();
        long norms = 4 * 2 * h;
        long scaled = tuning.isFull() ? wide * 2 * h : 0;
        long attention = wide * 2 * a; // queries, output
        long mlp = wide * 3 * i;
        long adapters = 4L * tuning.r() * tuning.targetModules().size();
        long into = into(h, "q_proj", "k_proj", "v_proj")
                + into(a, "o_proj")
                + into(h, "gate_proj", "up_proj")
                + into(i, "down_proj");
        long aToken = norms + scaled + attention + mlp + adapters + into + 4L * model.heads();
        long casts = half && tuning.isFull() ? 2 * model.parameters() : 0; // float32 weights are multiplied as bfloat16
        long layer = aToken * pack.tokens() + wide * 2 * a * pack.keys() + wide * pack.mask();
        return layer * model.layers() + 4 * h * pack.tokens() + casts;
    }

    /** A token's bytes that go into linear modules and are kept for their weights' gradients. */
    private long into(long width, String... modules) {
        long adapted = 0;
        for (String module : modules) {
            adapted += tuning.adapts(module) ? 1 : 0;
        }
        if (tuning.isFull()) {
            return (half ? 2 : 4) * width;
        }
        if (tuning.dropout()) {
            return 4 * 2 * width * adapted;
        }
        if (half) {
            return 4 * width * adapted; // each adapter makes a float32 copy
        }
        return adapted > 0 ? 4 * width : 0;
    }

    /**
     * How much of what is kept lies in malloc's heap rather than in pages of its own: there glibc (before 2.38) rarely finds the room of a
     * freed tensor again for an aligned one of the same size, so that the heap grows beyond what is in use. That part is returned; both
     * factors are measured.
     */
    long lost(LargestPack.Size pack) {
        long h = model.hidden();
        long a = model.attentionWidth();
        long i = model.intermediate();
        int wholeH = tuning.isFull() ? 6 : 2 + any("q_proj", "k_proj", "v_proj") + any("gate_proj", "up_proj");
        int wholeA = tuning.isFull() ? 2 : 1 + any("o_proj");
        int wholeI = tuning.isFull() ? 4 : 3 + any("down_proj");
        long whole = wholeH * inHeap(h * pack.tokens())
                + wholeA * inHeap(a * pack.tokens())
                + wholeI * inHeap(i * pack.tokens());
        long pieces = 3 * pack.rows() * inHeap(a * pack.keys() / pack.rows());
        return (long) ((1.5 * whole + 0.2 * pieces) * model.layers());
    }

    /** Bytes of so many numbers, if they lie in malloc's heap. */
    private static long inHeap(long numbers) {
        return 4 * numbers < OWN_PAGES ? 4 * numbers : 0;
    }

    private int any(String... modules) {
        for (String module : modules) {
            if (tuning.adapts(module)) {
                return 1;
            }
        }
        return 0;
    }

    /** Gradients of one layer's activations, at the most. */
    long backward(LargestPack.Size pack) {
        long wide = half ? 2 : 4;
        return wide * pack.tokens() * (3L * model.hidden() + (tuning.isFull() ? 3L : 4L) * model.intermediate());
    }

    /** Of one layer without gradients. */
    long forward(LargestPack.Size pack) {
        long wide = half ? 2 : 4;
        long mlp = (tuning.isFull() ? 3L : 4L) * model.intermediate();
        long attention = 4L * model.attentionWidth() * pack.tokens() + 2L * model.attentionWidth() * pack.keys();
        return wide * (3L * model.hidden() * pack.tokens() + Math.max(mlp * pack.tokens(), attention))
                + wide * pack.mask();
    }

    /**
     * Logits of a chunk of targets, and what becomes of them: normed, and with gradients the gradients of both. A head that is trained gets
     * the gradient of its chunk when half of that is gone.
     */
    long loss(LargestPack.Size pack, boolean gradients) {
        long chunk = Math.min(pack.targets(), Math.max(1, LOGITS_AT_ONCE / model.vocabulary()));
        long logits = 4 * chunk * model.vocabulary();
        long states = 4L * model.hidden() * pack.targets();
        long head = gradients && tuning.isFull() ? 4L * model.vocabulary() * model.hidden() : 0;
        return Math.max(logits * (gradients ? 4 : 2), 2 * logits + head) + states * (gradients ? 4 : 2);
    }
}
