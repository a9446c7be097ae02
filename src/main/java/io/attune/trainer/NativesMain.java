package io.attune.trainer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.attune.model.Torch;

/**
 * Unpacks the native libraries into the folder that {@code DJL_CACHE_DIR} names, by loading them once, as any trainer would that does not find
 * them there.
 */
public final class NativesMain {

    private NativesMain() {}

    public static void main(String[] args) {
        LibUtils.checkStatus();
        Torch.start("cpu", 1).close();
        Runtime.getRuntime().halt(0); // unloading them takes time
    }
}
