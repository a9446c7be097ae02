package io.attune.trainer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.attune.model.Torch;

/**
 * Unpacks the native libraries into the folder that {@code DJL_CACHE_DIR} names. Loads the libraries once; DJL then
 * unpacks them as in any trainer that does not find them.
 */
public final class NativesMain {

    private NativesMain() {}

    public static void main(String[] args) {
        LibUtils.checkStatus();
        Torch.start("cpu", 1).close();
        Runtime.getRuntime().halt(0); // skips unloading, which takes time
    }
}
