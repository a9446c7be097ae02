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
import java.util.Locale;
import java.util.Map;

/** A compiled TorchScript class whose source lies beside this one as {@code NAME.torchscript}. */
public final class Script implements AutoCloseable {

    private final PtSymbolBlock module;

    private Script(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * @param resource file name without {@code .torchscript}
     * @param className the class it defines
     * @param numbers what {@code ${key}} in the source stands for; numbers and booleans alone, so that no text of a model's config is ever compiled
     */
    public static Script load(PtNDManager manager, String resource, String className, Map<String, Object> numbers) {
        String source = read(resource + ".torchscript");
        for (var number : numbers.entrySet()) {
            source = source.replace("${" + number.getKey() + "}", literal(number.getValue()));
        }
        JniUtils.setGraphExecutorOptimize(
                false); // specialising on shapes costs seconds, and packs have a new shape each
        try (InputStream archive = new ByteArrayInputStream(TorchScriptArchive.of(className, source))) {
            return new Script(JniUtils.loadModule(manager, archive, false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a method; whether gradients are recorded is decided by the thread's grad mode.
     *
     * @param arguments tensors, {@code List}s of tensors, {@code long[]}, numbers, booleans; or {@link IValue}s, which stay open
     * @return the tensors it returns, attached to {@code manager}
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

    static IValue list(List<PtNDArray> tensors) {
        return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
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

    private static String literal(Object number) {
        if (number instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (number instanceof Double || number instanceof Float) {
            return String.format(Locale.ROOT, "%.17e", ((Number) number).doubleValue());
        } else if (number instanceof Integer || number instanceof Long) {
            return number.toString();
        }
        throw new IllegalArgumentException("only numbers and booleans may be compiled, not " + number);
    }

    private static String read(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
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
