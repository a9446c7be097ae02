package io.attune.model;

import io.attune.format.ModelConfig;

/**
 * A decoder whose rotary frequencies are rounded to bfloat16. The goldens of SmolLM2 were made by a model that had been cast to bfloat16 and
 * back as a whole, which rounds its buffer of frequencies along with the weights; transformers' usual loading does not, nor does Attune.
 */
public final class RoundedRotary {

    private RoundedRotary() {}

    public static Decoder decoder(Torch torch, ModelConfig config, Parameters parameters, LoraAdapter adapter) {
        double[] frequencies = RotaryTable.frequencies(config);
        for (int i = 0; i < frequencies.length; i++) {
            int bits = Float.floatToIntBits((float) frequencies[i]);
            int rounded = (bits + 0x7FFF + (bits >>> 16 & 1)) & 0xFFFF0000; // to nearest, ties to even
            frequencies[i] = Float.intBitsToFloat(rounded);
        }
        return new Decoder(torch, config, parameters, adapter, new RotaryTable(frequencies));
    }
}
