package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.format.ModelConfig;
import io.attune.format.ModelConfig.Rope;

/**
 * Cosines and sines of rotary position embeddings (Su et al. 2021), halves rotated as in Llama: the angle of pair i at position p is
 * p * theta^(-2i/headDim), frequencies scaled for long contexts as transformers does for {@code linear} and {@code llama3}.
 */
final class RotaryTable {

    private final double[] frequencies; // [headDim / 2]

    /** @param frequencies radians a position of each pair, [headDim / 2] */
    RotaryTable(double[] frequencies) {
        this.frequencies = frequencies;
    }

    static double[] frequencies(ModelConfig config) {
        Rope rope = config.rope();
        double[] frequencies = new double[config.headDim() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double frequency = Math.pow(rope.theta(), -2.0 * i / config.headDim());
            frequencies[i] = switch (rope.type()) {
                case "default" -> frequency;
                case "linear" -> frequency / rope.factor();
                case "llama3" -> llama3(rope, frequency);
                default -> throw new IllegalArgumentException("no rotary embedding of type " + rope.type());
            };
        }
        return frequencies;
    }

    /** Long waves are stretched by the factor, short ones kept, those between interpolated. */
    private static double llama3(Rope rope, double frequency) {
        double wavelength = 2 * Math.PI / frequency;
        double original = rope.originalMaxPositions();
        if (wavelength < original / rope.highFreqFactor()) {
            return frequency;
        }
        if (wavelength > original / rope.lowFreqFactor()) {
            return frequency / rope.factor();
        }
        double smooth = (original / wavelength - rope.lowFreqFactor()) / (rope.highFreqFactor() - rope.lowFreqFactor());
        return (1 - smooth) * frequency / rope.factor() + smooth * frequency;
    }

    /** Cosines and sines at the positions, each [T, 1, headDim]. */
    PtNDArray[] at(PtNDManager scope, int... positions) {
        int half = frequencies.length;
        float[] cos = new float[positions.length * 2 * half];
        float[] sin = new float[cos.length];
        for (int t = 0; t < positions.length; t++) {
            for (int i = 0; i < half; i++) {
                double angle = positions[t] * frequencies[i];
                int at = t * 2 * half + i;
                cos[at] = cos[at + half] = (float) Math.cos(angle);
                sin[at] = sin[at + half] = (float) Math.sin(angle);
            }
        }
        return new PtNDArray[] {
            Torch.floats(scope, cos, positions.length, 1, 2L * half),
            Torch.floats(scope, sin, positions.length, 1, 2L * half)
        };
    }
}
