package io.attune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.engine.PtNDArray;
import io.attune.format.Dtype;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import io.attune.format.Safetensors.Tensor;
import io.attune.format.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightFileTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "F32, 1, 1",
        "F32, 3, 30720",
        "F32, 7, 30719",
        "F16, 3, 30720",
        "F16, 41, 4001",
        "BF16, 3, 30720",
        "BF16, 41, 4001",
        "BF16, 0, 5"
    })
    void everyElementIsReadExactlyWhateverTheTensorsSize(Dtype dtype, int rows, int columns) {
        Random random = new Random(1);
        ByteBuffer bytes = little(rows * columns * dtype.bytes());
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            int number = random.nextInt(2001) - 1000; // 11 bits, which a half stores exactly
            values[i] = dtype == Dtype.BF16 ? number & ~7 : number;
            switch (dtype) {
                case F32 -> bytes.putFloat(values[i]);
                case F16 -> bytes.putShort(half(number));
                default -> bytes.putShort((short) (Float.floatToIntBits(values[i]) >> 16));
            }
        }
        write(
                new Tensor("before", Dtype.I64, new long[] {1}, little(8)),
                new Tensor("w", dtype, new long[] {rows, columns}, bytes.flip()));
        try (Torch torch = Torch.start("cpu", 1);
                Safetensors file = Safetensors.open(folder)) {
            PtNDArray read = new WeightFile(torch, file).read("w", false, rows, columns);
            assertThat(read.getShape().getShape()).containsExactly(rows, columns);
            assertThat(read.toFloatArray()).isEqualTo(values);
        }
    }

    @Test
    void tensorsOfOneFileDoNotShareMemory() {
        write(floats("a", 1, 2, 3), floats("b", 4, 5, 6));
        try (Torch torch = Torch.start("cpu", 1);
                Safetensors file = Safetensors.open(folder)) {
            WeightFile weights = new WeightFile(torch, file);
            PtNDArray a = weights.read("a", false, 3);
            PtNDArray b = weights.read("b", false, 3);
            assertThat(a.toFloatArray()).containsExactly(1, 2, 3);
            assertThat(b.toFloatArray()).containsExactly(4, 5, 6);
        }
    }

    @Test
    void whatIsMissingOrOfAnotherShapeOrTypeIsRefusedByName() {
        write(floats("a", 1, 2, 3), new Tensor("ids", Dtype.I64, new long[] {1}, little(8)));
        try (Torch torch = Torch.start("cpu", 1);
                Safetensors file = Safetensors.open(folder)) {
            WeightFile weights = new WeightFile(torch, file);
            refused(() -> weights.read("b", false, 3), "there is no tensor b");
            refused(() -> weights.read("a", false, 1, 3), "tensor a has the shape [3]; the config asks for [1, 3]");
            refused(() -> weights.read("ids", false, 1), "tensor ids is I64; weights have to be F32, F16 or BF16");
        }
    }

    private static void refused(Runnable reading, String problem) {
        assertThatThrownBy(reading::run)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(problem);
    }

    private void write(Tensor... tensors) {
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), List.of(tensors));
    }

    private static Tensor floats(String name, float... values) {
        ByteBuffer bytes = little(4 * values.length);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Tensor(name, Dtype.F32, new long[] {values.length}, bytes.flip());
    }

    /** Converts an integer of up to 11 bits to half. The position of its highest bit is its exponent. */
    private static short half(int number) {
        if (number == 0) {
            return 0;
        }
        int magnitude = Math.abs(number);
        int exponent = 31 - Integer.numberOfLeadingZeros(magnitude);
        return (short) ((number < 0 ? 0x8000 : 0) | exponent + 15 << 10 | (magnitude << 10 - exponent & 0x3ff));
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
