package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.architecture.Rope;
import java.util.List;

/** Cosines and sines of rotary embeddings: the angle of pair i at position p is p x frequency i. */
final class RotaryTable {

    private RotaryTable() {}

    /**
     * Returns cosines and sines at the positions, each [T, 1, 2 pairs]. The second half repeats the angles of the
     * first.
     */
    static PtNDArray[] at(PtNDManager scope, Rope rope, int... positions) {
        List<Double> frequencies = rope.frequencies();
        int half = frequencies.size();
        float[] cos = new float[positions.length * 2 * half];
        float[] sin = new float[cos.length];
        for (int t = 0; t < positions.length; t++) {
            for (int i = 0; i < half; i++) {
                double angle = positions[t] * frequencies.get(i);
                int at = t * 2 * half + i;
                cos[at] = cos[at + half] = (float) (Math.cos(angle) * rope.scale());
                sin[at] = sin[at + half] = (float) (Math.sin(angle) * rope.scale());
            }
        }
        return new PtNDArray[] {
            Torch.floats(scope, cos, positions.length, 1, 2L * half),
            Torch.floats(scope, sin, positions.length, 1, 2L * half)
        };
    }
}
