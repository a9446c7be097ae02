package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.attune.format.Safetensors.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadBack() {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(file, Map.of("format", "pt"), tensors());
        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.names()).containsExactly("a", "b", "scalar", "empty");
            for (Tensor written : tensors()) {
                Tensor tensor = read.tensor(written.name());
                assertThat(tensor.dtype()).isEqualTo(written.dtype());
                assertThat(tensor.shape()).isEqualTo(written.shape());
                assertThat(tensor.bytes()).isEqualTo(written.bytes());
                assertThat(tensor.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            }
            assertThat(read.tensor("a").bytes().getFloat(4)).isEqualTo(-2.5f);
        }
    }

    @Test
    void aTensorOutlivesTheFileItCameFrom() {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(file, Map.of(), tensors());
        Safetensors read = Safetensors.open(file);
        Tensor tensor = read.tensor("a");
        read.close();
        assertThat(tensor.bytes().getFloat(0)).isEqualTo(1f);
    }

    @Test
    void equalTensorsGiveEqualBytesInTheDocumentedLayout() throws IOException {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(file, Map.of("b", "2", "a", "1"), List.of(floats("w", new long[] {1, 2}, 1f, 2f)));
        String header = "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
        String padded = header + " ".repeat((8 - header.length() % 8) % 8);
        byte[] expected = ByteBuffer.allocate(8 + padded.length() + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length())
                .put(padded.getBytes(StandardCharsets.UTF_8))
                .putFloat(1f)
                .putFloat(2f)
                .array();
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }

    @Test
    void theWriterRefusesATensorWhoseBytesAreNotItsShapes() {
        Tensor wrong = floats("w", new long[] {3}, 1f, 2f);
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), Map.of(), List.of(wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor w gave 8 bytes")
                .hasMessageContaining("needs 12");
    }

    @Test
    void aModelInShardsIsReadAsOne() throws IOException {
        SafetensorsWriter.write(folder.resolve("m-1.safetensors"), Map.of(), List.of(floats("x", new long[] {1}, 1f)));
        SafetensorsWriter.write(folder.resolve("m-2.safetensors"), Map.of(), List.of(floats("y", new long[] {1}, 2f)));
        index("{\"weight_map\":{\"y\":\"m-2.safetensors\",\"x\":\"m-1.safetensors\"}}");
        try (Safetensors read = Safetensors.open(folder)) {
            assertThat(read.names()).containsExactlyInAnyOrder("x", "y");
            assertThat(read.tensor("y").bytes().getFloat(0)).isEqualTo(2f);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"weight_map\":{\"x\":\"../m-1.safetensors\"}} | is no name of a safetensors file in this folder",
                "{\"weight_map\":{\"x\":\"/etc/passwd\"}}        | is no name of a safetensors file in this folder",
                "{\"weight_map\":{\"x\":\"gone.safetensors\"}}   | gone.safetensors: there is no such file",
                "{\"weight_map\":{\"z\":\"m-1.safetensors\"}}    | gives tensor z to m-1.safetensors, which does"
                        + " not hold it",
                "{\"weight_map\":7}                              | weight_map must be an object, is 7",
                "[]                                              | is not a JSON object",
            })
    void anIndexThatDoesNotFitItsShardsIsRefused(String json, String problem) throws IOException {
        SafetensorsWriter.write(folder.resolve("m-1.safetensors"), Map.of(), List.of(floats("x", new long[] {1}, 1f)));
        index(json);
        refused(folder, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{`x`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,4]}}        | has 4 bytes, its shape [2] of F32"
                        + " needs 8",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}}        | leaving a gap",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]},"
                        + "`y`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]}} | inside the tensor before it",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]},"
                        + "`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}} | x",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}}        | its tensors end at",
                "{`x`:{`dtype`:`F32`,`shape`:[400],`data_offsets`:[0,1600]}}   | is truncated: tensor x ends at byte",
                "{`x`:{`dtype`:`F32`,`shape`:[4611686018427387905],`data_offsets`:[0,4]}} | impossible shape",
                "{`x`:{`dtype`:`F32`,`shape`:[9223372036854775807,0,9],`data_offsets`:[0,0]}} | impossible shape",
                "{`x`:{`dtype`:`F32`,`shape`:[-1],`data_offsets`:[0,4]}}       | negative",
                "{`x`:{`dtype`:`F32`,`shape`:[1.0],`data_offsets`:[0,4]}}      | whole numbers",
                "{`x`:{`dtype`:`F32`,`shape`:[99999999999999999999],`data_offsets`:[0,4]}} | x",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,0]}}        | no range",
                "{`x`:{`dtype`:`Q9`,`shape`:[1],`data_offsets`:[0,4]}}         | unknown dtype \"Q9\"",
                "{`x`:{`dtype`:`F32`,`shape`:[1]}}                             | lacks dtype, shape or data_offsets",
                "{`x`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4],`z`:1}}  | unknown field z",
                "{`x`:5}                                                       | x is not a JSON object",
                "{`__metadata__`:{`a`:5}}                                      | something other than strings",
                "{`x`:                                                         | is not valid JSON",
                "[]                                                            | does not begin with '{'",
            })
    void aHeaderThatDoesNotFitItsFileIsRefusedByName(String header, String problem) throws IOException {
        Path file = folder.resolve("x.safetensors");
        byte[] json = header.replace('`', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(json.length).put(json).array());
        refused(file, problem);
    }

    @Test
    void aTruncatedFileIsRefusedWithItsLength() throws IOException {
        byte[] whole = file();
        Path file = folder.resolve("x.safetensors");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file, String.valueOf(length));
        }
    }

    @Test
    void aHeaderLongerThanTheFileIsRefusedBeforeAnythingIsAllocated() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Files.write(file, HexFormat.of().parseHex("ffffff0500000000" + "7b7d"));
        refused(file, "at most 100000000 are allowed");
        Files.write(file, HexFormat.of().parseHex("00e1f50500000000" + "7b7d"));
        refused(file, "is truncated: its header takes 100000008 bytes, the file has 10");
    }

    @Test
    void damagedBytesGiveOneKindOfErrorAndNoHugeAllocation() throws IOException {
        byte[] whole = file();
        Path file = folder.resolve("x.safetensors");
        Random random = new Random(7);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = Damage.some(whole, random);
            Files.write(file, damaged);
            long before = threads.getCurrentThreadAllocatedBytes();
            try (Safetensors read = Safetensors.open(file)) {
                read.names().forEach(read::tensor);
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageContaining("x.safetensors");
                refused++;
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "model.pt", "consolidated.00.pth", "model.ckpt"})
    void aPickleIsRefusedWithTheWayOut(String name) throws IOException {
        Files.write(folder.resolve(name), new byte[100]);
        refused(folder, name);
        refused(folder.resolve(name), "convert it to safetensors");
    }

    @Test
    void aPickleIsRefusedUnderAnyName() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Files.write(file, HexFormat.of().parseHex("504b0304" + "00".repeat(60)));
        refused(file, "convert it to safetensors");
    }

    @Test
    void aFolderWithoutWeightsIsRefused() {
        refused(folder, "holds neither model.safetensors nor model.safetensors.index.json");
    }

    private void refused(Path path, String problem) {
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(problem);
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), json);
    }

    private byte[] file() throws IOException {
        Path file = folder.resolve("whole.safetensors");
        SafetensorsWriter.write(file, Map.of("format", "pt"), tensors());
        return Files.readAllBytes(file);
    }

    private static List<Tensor> tensors() {
        return List.of(
                floats("a", new long[] {2, 3}, 1f, -2.5f, 3f, 4f, 5f, 6f),
                new Tensor("b", Dtype.BF16, new long[] {3}, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6})),
                new Tensor("scalar", Dtype.I64, new long[] {}, ByteBuffer.wrap(new byte[8])),
                new Tensor("empty", Dtype.F16, new long[] {0, 4}, ByteBuffer.allocate(0)));
    }

    private static Tensor floats(String name, long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Tensor(name, Dtype.F32, shape, bytes.flip());
    }
}
