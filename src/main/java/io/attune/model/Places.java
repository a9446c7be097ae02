package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.attune.architecture.Rope;
import java.util.HashMap;
import java.util.Map;

/**
 * The positions of the tokens in one forward pass, in the form that kernels need: the positions, and cosines and
 * sines for each kind of rotary embedding.
 */
final class Places implements AutoCloseable {

    private final Torch torch;
    private final PtNDManager scope;
    private final int[] positions;
    private final int length;
    private final PtNDArray tensor; // [T]
    private final Map<Rope, IValue> byRope = new HashMap<>();

    /** @param length number of tokens of the longest sequence */
    Places(Torch torch, PtNDManager scope, int[] positions, int length) {
        this.torch = torch;
        this.scope = scope;
        this.positions = positions;
        this.length = length;
        this.tensor = Torch.longs(scope, positions);
    }

    PtNDArray positions() {
        return tensor;
    }

    /** @param rope null for none */
    IValue of(Rope rope) {
        return byRope.computeIfAbsent(rope == null ? null : rope.at(length), this::made);
    }

    private IValue made(Rope rope) {
        Map<String, PtNDArray> place = new HashMap<>();
        place.put("positions", tensor);
        if (rope != null) {
            PtNDArray[] angles = RotaryTable.at(scope, rope, positions);
            place.put("cos", cast(angles[0]));
            place.put("sin", cast(angles[1]));
        }
        return IValue.stringMapFrom(place);
    }

    private PtNDArray cast(PtNDArray angles) {
        return torch.half()
                ? torch.conversions().call(scope, "place", angles, Torch.BFLOAT16, torch.anchor())[0]
                : angles;
    }

    @Override
    public void close() {
        byRope.values().forEach(IValue::close);
    }
}
