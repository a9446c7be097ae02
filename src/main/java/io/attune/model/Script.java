package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.ScriptCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A compiled TorchScript class. Its source is the resource {@code NAME.torchscript} beside this class. */
public final class Script implements AutoCloseable {

    private final PtSymbolBlock module;

    private Script(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * @param resource file name without {@code .torchscript}
     * @param className name of the class in the file
     */
    public static Script load(PtNDManager manager, String resource, String className) {
        return compile(manager, className, read(resource));
    }

    /** @param source source of the class {@code className}, in the dialect of serialised TorchScript */
    static Script compile(PtNDManager manager, String className, String source) {
        // specialising on shapes costs seconds, and each pack has a new shape
        JniUtils.setGraphExecutorOptimize(false);
        try (InputStream archive = new ByteArrayInputStream(TorchScriptArchive.of(className, source))) {
            return new Script(JniUtils.loadModule(manager, archive, false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a method. The thread's grad mode decides whether gradients are recorded.
     *
     * @param arguments tensors, {@code List}s of tensors, {@code long[]}, numbers, booleans; or {@link IValue}s,
     *     which stay open
     * @return the tensors that the method returns, attached to {@code manager}
     */
    public PtNDArray[] call(PtNDManager manager, String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            return ScriptCall.run(module, manager, method, values);
        } finally {
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null && values[i] != arguments[i]) {
                    values[i].close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof IValue value) {
            return value;
        } else if (argument instanceof PtNDArray tensor) {
            return IValue.from(tensor);
        } else if (argument instanceof List<?> tensors) {
            return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
        } else if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        } else if (argument instanceof Boolean flag) {
            return IValue.from(flag.booleanValue());
        } else if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        } else if (argument instanceof Number number) {
            return IValue.from(number.longValue());
        }
        throw new IllegalArgumentException("no TorchScript value for " + argument);
    }

    static String read(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource + ".torchscript")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
