package io.attune.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.attune.format.Dtype;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The native engine of this process, on one device. All tensors belong to {@link #manager()}. */
public final class Torch implements AutoCloseable {

    private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,3})");

    /** libtorch's numbers of element types. */
    static final int FLOAT32 = 6;

    static final int BFLOAT16 = 15;

    private static final int FLOAT16 = 5;

    private final PtNDManager manager;
    private final boolean half;
    private final Script conversions;
    private final PtNDArray anchor;

    private Torch(PtNDManager manager, boolean half) {
        this.manager = manager;
        this.half = half;
        this.conversions = Script.load(manager, "conversions", "Conversions");
        this.anchor = manager.create(new Shape(0), DataType.FLOAT32);
    }

    /**
     * @param device {@code cpu} or {@code cuda:N}
     * @param threads number of threads of one operation
     * @throws IllegalArgumentException if the device has another form or does not exist
     */
    public static Torch start(String device, int threads) {
        Matcher cuda = CUDA.matcher(device);
        boolean onGpu = cuda.matches();
        if (!onGpu && !device.equals("cpu")) {
            throw new IllegalArgumentException("device has to be cpu or cuda:N, not " + device);
        }
        Engine engine = Engine.getEngine("PyTorch");
        if (onGpu && Integer.parseInt(cuda.group(1)) >= engine.getGpuCount()) {
            throw new IllegalArgumentException(
                    "there is no device " + device + ": this machine shows " + engine.getGpuCount() + " GPUs");
        }
        JniUtils.setNumThreads(threads);
        Device place = onGpu ? Device.gpu(Integer.parseInt(cuda.group(1))) : Device.cpu();
        return new Torch((PtNDManager) engine.newBaseManager(place), onGpu);
    }

    /** The version of the native library. */
    public static String version() {
        return Engine.getEngine("PyTorch").getVersion();
    }

    PtNDManager manager() {
        return manager;
    }

    /**
     * Whether activations and frozen weights are bfloat16. Trained weights, moments and losses are always float32.
     */
    boolean half() {
        return half;
    }

    /** Returns a new manager for the tensors of one operation. */
    public PtNDManager scope() {
        return (PtNDManager) manager.newSubManager();
    }

    PtNDManager cpuScope() {
        return (PtNDManager) manager.newSubManager(Device.cpu());
    }

    Script conversions() {
        return conversions;
    }

    /** An empty tensor on the device. Scripts take the device from it. */
    PtNDArray anchor() {
        return anchor;
    }

    /** Seeds the random generator of dropout. */
    public void seed(long seed) {
        JniUtils.setSeed(seed);
    }

    /** @throws IllegalArgumentException if weights cannot have this type */
    static int number(Dtype dtype) {
        return switch (dtype) {
            case F32 -> FLOAT32;
            case F16 -> FLOAT16;
            case BF16 -> BFLOAT16;
            default -> throw new IllegalArgumentException("no weights are of type " + dtype);
        };
    }

    static PtNDArray longs(PtNDManager scope, int[] values) {
        LongBuffer buffer = LongBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put(value);
        }
        return scope.create(buffer.flip(), new Shape(values.length), DataType.INT64);
    }

    static PtNDArray floats(PtNDManager scope, float[] values, long... shape) {
        return scope.create(FloatBuffer.wrap(values), new Shape(shape), DataType.FLOAT32);
    }

    @Override
    public void close() {
        manager.close();
    }
}
