package io.attune.format;

import io.attune.architecture.Module;
import io.attune.architecture.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a model's weights with an adapter merged in: W + alpha / r * B A, in float32. The caller gets the weights row
 * by row, so only a few rows are in memory.
 */
final class MergedWeights implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;

    private final ModelConfig config;
    private final Safetensors weights;
    private final LoraAdapterConfig adapterConfig; // null without an adapter
    private final Safetensors adapter; // null without an adapter
    private final Map<String, Module> modules = new HashMap<>(); // by the name of the module's weight

    /** Takes one row of a weight. The next row reuses the array. */
    interface Rows {
        void take(float[] row) throws IOException;
    }

    private MergedWeights(
            ModelConfig config, Safetensors weights, LoraAdapterConfig adapterConfig, Safetensors adapter) {
        this.config = config;
        this.weights = weights;
        this.adapterConfig = adapterConfig;
        this.adapter = adapter;
        for (int layer = 0; layer < config.architecture().layers().size(); layer++) {
            config.architecture().modules(layer).forEach(module -> modules.put(module.path() + ".weight", module));
        }
    }

    /** @param adapterFolder a PEFT folder, or null for the model alone */
    static MergedWeights open(Path modelFolder, Path adapterFolder) {
        FolderLinks.check(modelFolder);
        ModelConfig config = ModelConfig.read(modelFolder);
        Safetensors weights = Safetensors.open(modelFolder);
        if (adapterFolder == null) {
            return new MergedWeights(config, weights, null, null);
        }
        try {
            LoraAdapterConfig adapterConfig = LoraAdapterConfig.read(adapterFolder);
            Safetensors adapter = Safetensors.open(adapterFolder.resolve("adapter_model.safetensors"));
            return new MergedWeights(config, weights, adapterConfig, adapter);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    ModelConfig config() {
        return config;
    }

    Dtype dtype(Weight weight) {
        return weights.dtype(weight.name());
    }

    /** Passes every row of a weight to {@code rows}. A vector is one row. */
    void rows(Weight weight, Rows rows) throws IOException {
        Product product = product(weight);
        Dtype dtype = weights.dtype(weight.name());
        long[] shape = weights.shape(weight.name());
        int length = Math.toIntExact(shape[shape.length - 1]);
        int rowBytes = Math.multiplyExact(length, dtype.bytes());
        long count = weights.bytes(weight.name()) / rowBytes;
        int atOnce = Math.max(1, CHUNK_BYTES / rowBytes);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(atOnce, rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[length];
        for (long i = 0; i < count; i++) {
            if (i % atOnce == 0) {
                int rest = (int) Math.min(atOnce, count - i);
                weights.read(weight.name(), i * rowBytes, bytes.clear().limit(rest * rowBytes));
            }
            for (int j = 0; j < length; j++) {
                row[j] = number(bytes, dtype);
            }
            if (product != null) {
                product.addTo(row, Math.toIntExact(i));
            }
            rows.take(row);
        }
    }

    private static float number(ByteBuffer bytes, Dtype dtype) {
        return switch (dtype) {
            case F32 -> bytes.getFloat();
            case F16 -> GgufType.float16(bytes.getShort());
            case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
            default -> throw new IllegalStateException("no weights are of type " + dtype);
        };
    }

    private Product product(Weight weight) {
        Module module = modules.get(weight.name());
        if (adapter == null || module == null || !adapterConfig.targetModules().contains(module.target())) {
            return null;
        }
        float[] a = floats(module.path() + ".lora_A");
        float[] b = floats(module.path() + ".lora_B");
        float scale = (float) (adapterConfig.loraAlpha() / adapterConfig.r());
        return new Product(a, b, adapterConfig.r(), scale, module);
    }

    private float[] floats(String name) {
        Safetensors.Tensor tensor = adapter.tensor(LoraAdapterConfig.storedName(name));
        FloatBuffer floats =
                tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    /** @param a [r, inputs], {@code b} [outputs, r] */
    private record Product(float[] a, float[] b, int r, float scale, Module module) {

        void addTo(float[] row, int index) {
            for (int k = 0; k < r; k++) {
                if (module.transposed()) { // a row belongs to one input, and has a column for each output
                    float factor = scale * a[k * module.inputs() + index];
                    for (int j = 0; j < row.length; j++) {
                        row[j] += factor * b[j * r + k];
                    }
                } else {
                    float factor = scale * b[index * r + k];
                    int start = k * module.inputs();
                    for (int j = 0; j < row.length; j++) {
                        row[j] += factor * a[start + j];
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        weights.close();
        if (adapter != null) {
            adapter.close();
        }
    }
}
