package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;

/**
 * Runs a method of a TorchScript module outside of inference mode, so that its results can carry gradients. DJL's own
 * {@link IValueUtils#runMethod} always enters inference mode, and the native call it makes is visible in this package alone.
 */
public final class ScriptCall {

    private ScriptCall() {}

    /**
     * Whether a graph is recorded is decided by the calling thread's {@link JniUtils#setGradMode}.
     *
     * @param arguments not closed here
     * @return the result's tensors (one, or those of a tuple), attached to {@code manager}
     */
    public static PtNDArray[] run(PtSymbolBlock module, PtNDManager manager, String method, IValue... arguments) {
        long[] handles = new long[arguments.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = arguments[i].getHandle();
        }
        long result = PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, true, false);
        try (IValue value = new IValue(result)) {
            if (value.isTensor()) {
                return new PtNDArray[] {value.toTensor(manager)};
            }
            IValue[] parts = value.toIValueTuple();
            PtNDArray[] tensors = new PtNDArray[parts.length];
            for (int i = 0; i < parts.length; i++) {
                tensors[i] = parts[i].toTensor(manager);
                parts[i].close();
            }
            return tensors;
        }
    }
}
