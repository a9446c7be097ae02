package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.format.GgufValue.Type;
import io.attune.format.GgufWriter.Planned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class GgufWriterTest {

    private static final List<GgufType> WRITTEN = List.of(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0);

    @TempDir
    Path folder;

    /** A tensor with its values. */
    private record Written(String name, GgufType type, long[] shape, float[] values) {

        Planned planned() {
            return new Planned(name, type, shape, out -> {
                for (int done = 0; done < values.length; done += 50) { // pieces do not end at blocks
                    float[] piece = Arrays.copyOfRange(values, done, Math.min(values.length, done + 50));
                    out.put(piece, piece.length);
                }
            });
        }
    }

    @Test
    void whateverIsWrittenIsReadBack() throws IOException {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Map<String, GgufValue> metadata = metadata(random);
            metadata.put("nested", GgufValue.list(Type.ARRAY, List.of(GgufValue.list(Type.U8, List.of(1, 255)))));
            List<Written> tensors = tensors(random);
            Path file = write(metadata, tensors);
            try (Gguf gguf = Gguf.open(file)) {
                assertThat(List.copyOf(gguf.metadata().values().keySet())).isEqualTo(List.copyOf(metadata.keySet()));
                metadata.forEach((key, value) ->
                        assertThat(gguf.metadata().values().get(key)).as(key).isEqualTo(value.asRead()));
                assertThat(List.copyOf(gguf.tensors().keySet()))
                        .isEqualTo(tensors.stream().map(Written::name).toList());
                for (Written tensor : tensors) {
                    checkTensor(gguf, tensor);
                }
            }
        }
    }

    @Test
    void pythonsGgufReadsWhatWasWritten() throws Exception {
        String python = System.getProperty("attune.python", "");
        assumeTrue(!python.isBlank(), "attune.python does not name a Python with gguf");
        for (int seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            Map<String, GgufValue> metadata = metadata(random);
            List<Written> tensors = tensors(random);
            Path file = write(metadata, tensors);
            Path expected = folder.resolve("expected.json");
            Files.writeString(expected, JsonMapper.shared().writeValueAsString(expected(metadata, tensors)));
            Process process = new ProcessBuilder(python, "tools/compare_gguf.py", file.toString(), expected.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).startsWith(metadata.size() + " keys and " + tensors.size() + " tensors");
        }
    }

    @Test
    void rowsThatAreNoWholeBlocksAreHalves() {
        assertThat(GgufWriter.fitting(GgufType.Q8_0, 64)).isEqualTo(GgufType.Q8_0);
        assertThat(GgufWriter.fitting(GgufType.Q8_0, 48)).isEqualTo(GgufType.F16);
        assertThat(GgufWriter.fitting(GgufType.F16, 48)).isEqualTo(GgufType.F16);
        assertThatThrownBy(() -> new Planned("x", GgufType.Q8_0, new long[] {2, 48}, out -> {}))
                .hasMessageContaining("tensor x of shape [2,48] cannot be Q8_0");
    }

    @Test
    void aTensorOfAnotherLengthThanItsShapeIsRefused() {
        for (int given : List.of(0, 32, 96)) {
            Planned tensor =
                    new Planned("x", GgufType.Q8_0, new long[] {2, 32}, out -> out.put(new float[given], given));
            assertThatThrownBy(() -> GgufWriter.write(folder.resolve("x.gguf"), Map.of(), List.of(tensor)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tensor x gave " + given / 32 * 34 + " bytes of Q8_0, its shape [2,32] needs 68");
        }
    }

    @Test
    void typesThatAreOnlyReadAndNamesThatAreThereTwiceAreRefused() {
        Planned quantised = new Planned("x", GgufType.Q4_K, new long[] {256}, out -> {});
        assertThatThrownBy(() -> GgufWriter.write(folder.resolve("x.gguf"), Map.of(), List.of(quantised)))
                .hasMessageContaining("tensors of type Q4_K are not written");
        Planned twice = new Planned("x", GgufType.F32, new long[] {1}, out -> out.put(new float[1], 1));
        assertThatThrownBy(() -> GgufWriter.write(folder.resolve("x.gguf"), Map.of(), List.of(twice, twice)))
                .hasMessageContaining("tensor x is there twice");
    }

    @Test
    void valuesThatTheirTypeCannotHoldAreRefused() {
        assertThatThrownBy(() -> GgufValue.count(-1)).hasMessage("-1 is no value of the type U32");
        assertThatThrownBy(() -> GgufValue.of(Type.I8, 128)).hasMessage("128 is no value of the type I8");
        assertThatThrownBy(() -> GgufValue.of(Type.U64, -1)).hasMessage("-1 is no value of the type U64");
        assertThatThrownBy(() -> GgufValue.list(Type.STRING, List.of("a", 1)))
                .hasMessage("1 is no value of the type STRING");
        assertThatThrownBy(() -> GgufWriter.write(
                        folder.resolve("x.gguf"), Map.of("half", GgufValue.text("a\ud800")), List.of()))
                .hasMessageContaining("holds half a character");
    }

    private Path write(Map<String, GgufValue> metadata, List<Written> tensors) throws IOException {
        Path file = folder.resolve("x.gguf");
        GgufWriter.write(file, metadata, tensors.stream().map(Written::planned).toList());
        return file;
    }

    private static Map<String, GgufValue> metadata(Random random) {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        for (Type type : Type.values()) {
            if (type != Type.ARRAY) {
                metadata.put("one." + type, GgufValue.of(type, value(type, random)));
                List<Object> values = Stream.generate(() -> value(type, random))
                        .limit(1 + random.nextInt(5))
                        .toList();
                metadata.put("list." + type, GgufValue.list(type, values));
            }
        }
        return metadata;
    }

    private static Object value(Type type, Random random) {
        return switch (type) {
            case U8 -> random.nextInt(256);
            case I8 -> random.nextInt(256) - 128;
            case U16 -> random.nextInt(1 << 16);
            case I16 -> random.nextInt(1 << 16) - (1 << 15);
            case U32 -> Integer.toUnsignedLong(random.nextInt());
            case I32 -> random.nextInt();
            case U64 -> random.nextLong() >>> 1;
            case I64 -> random.nextLong();
            case F32 -> (float) random.nextGaussian();
            case F64 -> random.nextGaussian();
            case BOOL -> random.nextBoolean();
            case STRING -> List.of("", "a", "Ġ▁ é", "💡\n").get(random.nextInt(4));
            case ARRAY -> throw new AssertionError();
        };
    }

    private static List<Written> tensors(Random random) {
        List<Written> tensors = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long[] shape = new long[1 + random.nextInt(4)];
            Arrays.setAll(shape, axis -> 1 + random.nextInt(5));
            shape[shape.length - 1] = random.nextBoolean() ? 1 + random.nextInt(40) : 32 * (1 + random.nextInt(3));
            GgufType type = GgufWriter.fitting(WRITTEN.get(i % 4), shape[shape.length - 1]);
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            double scale = Math.pow(10, random.nextInt(9) - 6);
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) (random.nextGaussian() * scale);
            }
            tensors.add(new Written("t" + i + ".weight", type, shape, values));
        }
        return tensors;
    }

    private static void checkTensor(Gguf gguf, Written expected) throws IOException {
        Gguf.Tensor tensor = gguf.tensors().get(expected.name);
        assertThat(tensor.type()).isEqualTo(expected.type);
        assertThat(tensor.shape()).isEqualTo(expected.shape);
        ByteBuffer bytes = GgufFile.little((int) tensor.bytes());
        gguf.read(tensor, 0, bytes);
        float[] values = new float[expected.values.length];
        tensor.type().decode(bytes, values, values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - expected.values[i]))
                    .as("%s of %s", expected.values[i], expected.type)
                    .isLessThanOrEqualTo(largestError(expected, i));
        }
    }

    /** Half a step of the type: relative to the value itself, or to the largest value in its block. */
    private static float largestError(Written tensor, int i) {
        float[] values = tensor.values;
        return switch (tensor.type) {
            case F32 -> 0;
            case F16 -> Math.max(Math.abs(values[i]) * 0x1p-11f, 0x1p-25f);
            case BF16 -> Math.abs(values[i]) * 0x1p-8f;
            default -> {
                float largest = 0;
                for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++) {
                    largest = Math.max(largest, Math.abs(values[j]));
                }
                // half a step, and the error of the step as a half: relative, or absolute for subnormal steps
                yield largest / 127 * 0.501f + Math.max(largest * 0x1p-11f, 127 * 0x1p-25f);
            }
        };
    }

    private static Map<String, Object> expected(Map<String, GgufValue> metadata, List<Written> tensors) {
        Map<String, Object> pairs = new LinkedHashMap<>();
        metadata.forEach((key, value) -> pairs.put(
                key,
                List.of(
                        value.type() == Type.ARRAY ? "ARRAY " + named(value.elements()) : named(value.type()),
                        value.value())));
        List<Object> expected = new ArrayList<>();
        for (Written tensor : tensors) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : tensor.values) {
                bytes.putFloat(value);
            }
            expected.add(Map.of(
                    "name",
                    tensor.name,
                    "type",
                    tensor.type.name(),
                    "shape",
                    tensor.shape,
                    "values",
                    Base64.getEncoder().encodeToString(bytes.array())));
        }
        return Map.of("metadata", pairs, "tensors", expected);
    }

    /** The name of a type in Python's gguf. */
    private static String named(Type type) {
        return switch (type) {
            case BOOL, STRING -> type.name();
            default ->
                type.name().replaceFirst("U", "UINT").replaceFirst("^I", "INT").replaceFirst("F", "FLOAT");
        };
    }
}
