package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.attune.architecture.Activation;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Ropes;
import io.attune.architecture.Sizes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTest {

    private static final short HALF = 0x3800; // 0.5 as float16
    private static final short MINUS_THREE = (short) 0xc200;

    /** Bytes of the magic number, the version, and the numbers of tensors and pairs. */
    private static final int FIXED_HEAD = 24;

    @TempDir
    Path folder;

    @Test
    void everyTensorTypeIsDequantisedAsGgmlDoes() {
        ByteBuffer q8 = GgufFile.little(34).putShort(HALF);
        IntStream.range(0, 32).forEach(i -> q8.put((byte) (i * 8 - 128)));
        assertThat(decode(GgufType.Q8_0, q8))
                .startsWith(-64f, -60f)
                .endsWith(56f, 60f)
                .hasSize(32);

        ByteBuffer q4 = GgufFile.little(18).putShort(HALF);
        IntStream.range(0, 16).forEach(i -> q4.put((byte) (i | 15 - i << 4)));
        assertThat(decode(GgufType.Q4_0, q4))
                .startsWith(-4f, -3.5f)
                .contains(3.5f)
                .endsWith(-3.5f, -4f)
                .hasSize(32);
        assertThat(decode(GgufType.Q4_0, q4)[15]).isEqualTo(3.5f);
        assertThat(decode(GgufType.Q4_0, q4)[16]).isEqualTo(3.5f);

        ByteBuffer q41 = GgufFile.little(20).putShort(HALF).putShort(MINUS_THREE);
        IntStream.range(0, 16).forEach(i -> q41.put((byte) (i | 15 - i << 4)));
        assertThat(decode(GgufType.Q4_1, q41)).startsWith(-3f, -2.5f).endsWith(-2.5f, -3f);
        assertThat(decode(GgufType.Q4_1, q41)[15]).isEqualTo(4.5f);

        assertThat(decode(GgufType.F32, GgufFile.little(4).putFloat(1.25f))).containsExactly(1.25f);
        assertThat(decode(GgufType.F16, GgufFile.little(2).putShort(MINUS_THREE)))
                .containsExactly(-3f);
        assertThat(decode(GgufType.BF16, GgufFile.little(2).putShort((short) 0xbfc0)))
                .containsExactly(-1.5f);
    }

    @Test
    void halfPrecisionIsReadExactlyAtItsEdges() {
        assertThat(GgufType.float16((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(GgufType.float16((short) 0x03ff)).isEqualTo(1023 * 0x1p-24f);
        assertThat(GgufType.float16((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(GgufType.float16((short) 0x7bff)).isEqualTo(65504f);
        assertThat(GgufType.float16((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(GgufType.float16((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(GgufType.float16((short) 0x7e01)).isNaN();
        assertThat(Float.floatToRawIntBits(GgufType.float16((short) 0x8000))).isEqualTo(0x80000000);
    }

    @Test
    void floatsAreRoundedToTheNearestBfloat16AndTiesToEven() {
        assertThat(rounded(0x3f800000)).isEqualTo(0x3f80);
        assertThat(rounded(0x3f807fff)).isEqualTo(0x3f80);
        assertThat(rounded(0x3f808000))
                .as("a tie goes to the even neighbour below")
                .isEqualTo(0x3f80);
        assertThat(rounded(0x3f818000))
                .as("a tie goes to the even neighbour above")
                .isEqualTo(0x3f82);
        assertThat(rounded(0x3f808001)).isEqualTo(0x3f81);
        assertThat(rounded(0xbf818000)).isEqualTo(0xbf82);
        assertThat(rounded(0x7f7fffff)).as("the largest float overflows").isEqualTo(0x7f80);
        assertThat(rounded(0x7f800001)).as("not a number stays so").isEqualTo(0x7fc0);
    }

    @Test
    void theConfigComesFromTheMetadata() throws IOException {
        try (Gguf gguf = open(GgufFile.tinyLlama())) {
            ModelConfig config = GgufModel.of(gguf).config();
            Sizes sizes = new Sizes(259, 8, 12, 1, 2, 1, 4, 64);
            Norm norm = Norm.rms(1e-5);
            Layer layer = Layer.of(
                    sizes.attention(Ropes.unscaled(4, 100_000, 1)),
                    new Mlp(12, Mlp.Form.GATED, Activation.SILU, false),
                    norm);
            assertThat(config.architecture())
                    .isEqualTo(sizes.architecture(norm, Head.plain(true), Names.LLAMA, i -> layer));
            assertThat(config.bosTokenId()).isEqualTo(257);
            assertThat(config.eosTokenIds()).containsExactly(258);
            assertThat(config.padTokenId()).isNull();
        }
    }

    @Test
    void llama3sScalingIsRecognisedByItsDivisors() throws IOException {
        GgufFile file = llama128();
        file.floats("rope_freqs.weight", llama3Divisors(32), 64);
        try (Gguf gguf = open(file)) {
            assertThat(GgufModel.of(gguf).config().json().object("rope_scaling").node())
                    .hasToString("{\"rope_type\":\"llama3\",\"factor\":32.0,\"low_freq_factor\":1.0,"
                            + "\"high_freq_factor\":4.0,\"original_max_position_embeddings\":8192}");
        }
        float[] other = llama3Divisors(32);
        other[35] *= 1.01f;
        file.floats("rope_freqs.weight", other, 64);
        refused(file, "rope_freqs.weight holds a scaling of rotary positions other than Llama 3's");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23 | IQ4_XS",
                "16 | IQ2_XXS",
                "40 | NVFP4",
                "77 | number 77",
            })
    void otherTensorTypesAreRefusedByName(int type, String name) {
        refused(
                GgufFile.tinyLlama().tensor("blk.0.attn_q.weight", type, new byte[256], 8, 8),
                "tensor blk.0.attn_q.weight has the type " + name + "; only");
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() {
        refused(
                GgufFile.tinyLlama().text("general.architecture", "mamba"),
                "general.architecture is \"mamba\"; built are \"gemma2\", \"gemma3\",");
        refused(GgufFile.tinyLlama().integer("llama.expert_count", 8), "llama.expert_count is set (8)");
        refused(
                GgufFile.tinyLlama().integer("llama.attention.sliding_window", 5),
                "llama.attention.sliding_window is set");
        refused(GgufFile.tinyLlama().text("llama.rope.scaling.type", "ntk"), "llama.rope.scaling.type is \"ntk\"");
        refused(
                GgufFile.tinyLlama().integer("llama.rope.dimension_count", 2),
                "partial_rotary_factor is 0.5; only 1.0 is built for this family");
        refused(
                GgufFile.tinyLlama().integer("llama.block_count", 1 << 30),
                "llama.block_count must be a whole number from 1 to 1024");
        refused(GgufFile.tinyLlama().without("llama.context_length"), "llama.context_length must be a whole number");
        refused(GgufFile.tinyLlama().text("llama.context_length", "64"), "llama.context_length must be a whole number");
        GgufFile old = GgufFile.tinyLlama();
        old.version = 1;
        refused(old, "is GGUF version 1; only 2 and 3");
        old.version = Integer.reverseBytes(3);
        refused(old, "is a big-endian GGUF file");
    }

    @Test
    void tensorsThatAreMissingUnknownOrOfAnotherShapeAreRefusedByName() {
        refused(GgufFile.tinyLlama().withoutTensor("blk.0.ffn_up.weight"), "tensor blk.0.ffn_up.weight is missing");
        refused(
                GgufFile.tinyLlama().floats("blk.1.attn_q.weight", new float[] {1}, 8, 8),
                "tensor blk.1.attn_q.weight is not known");
        refused(
                GgufFile.tinyLlama().floats("blk.0.ffn_up.weight", new float[] {1}, 12, 8),
                "tensor blk.0.ffn_up.weight has shape [8,12]; its metadata asks for [12,8]");
        refused(
                GgufFile.tinyLlama().tensor("blk.0.ffn_up.weight", 0, new byte[32], 1L << 40, 1L << 40),
                "impossible shape");
        refused(
                GgufFile.tinyLlama().tensor("blk.0.ffn_up.weight", 2, new byte[32], 8, 12),
                "impossible shape [12,8] for type Q4_0");
    }

    @Test
    void aTokenizerThatCannotBeWrittenExactlyIsRefusedByName() throws IOException {
        tokenizerRefused(GgufFile.tinyLlama().text("tokenizer.ggml.model", "rwkv"), "tokenizer.ggml.model is \"rwkv\"");
        tokenizerRefused(
                GgufFile.tinyLlama().text("tokenizer.ggml.model", "llama"),
                "tokenizer.ggml.scores must be a list of numbers, is missing");
        tokenizerRefused(
                GgufFile.tinyLlama().text("tokenizer.ggml.pre", "default"), "tokenizer.ggml.pre is \"default\"");
        tokenizerRefused(
                GgufFile.tinyLlama().without("tokenizer.ggml.pre"), "tokenizer.ggml.pre must be a string, is missing");
        tokenizerRefused(GgufFile.tinyLlama().texts("tokenizer.ggml.merges", List.of("a b", "a c")), "holds \"a c\"");
        tokenizerRefused(GgufFile.tinyLlama().texts("tokenizer.ggml.merges", List.of("a  b")), "holds \"a  b\"");
        tokenizerRefused(
                GgufFile.tinyLlama().integers("tokenizer.ggml.token_type", 1, 1), "has 2 entries for 259 tokens");
        tokenizerRefused(
                GgufFile.tinyLlama()
                        .texts("tokenizer.ggml.tokens", List.of("a", "a"))
                        .integers("tokenizer.ggml.token_type", 1, 1),
                "holds \"a\" twice");
    }

    @Test
    void aTruncatedFileIsRefusedWithItsLength() throws IOException {
        byte[] whole = GgufFile.tinyLlama().bytes();
        Path file = folder.resolve("x.gguf");
        for (int length = 0; length < whole.length; length += 1 + length / 500) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Gguf.open(file).close())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(String.valueOf(length));
        }
    }

    @Test
    void countsAreBoundedByTheFilesLengthBeforeAnythingIsAllocated() {
        long huge = 1L << 22;
        refused(
                GgufFile.tinyLlama()
                        .pair(
                                "a",
                                9,
                                GgufFile.little(12).putInt(8).putLong(huge).array()),
                "the length of a is 4194304");
        refused(
                GgufFile.tinyLlama()
                        .pair("a", 8, GgufFile.little(8).putLong(1 << 24).array()),
                "the length of a is 16777216");
        refused(
                GgufFile.tinyLlama().pair("a", 8, GgufFile.little(8).putLong(-1).array()),
                "18446744073709551615; at most");
        refused(GgufFile.tinyLlama().pair("a", 99, new byte[8]), "metadata key a has the unknown type 99");
        ByteBuffer nested = GgufFile.little(12 * 10);
        IntStream.range(0, 10).forEach(i -> nested.putInt(9).putLong(1));
        refused(GgufFile.tinyLlama().pair("a", 9, nested.array()), "nests arrays deeper than 4");
        byte[] invalid = GgufFile.little(9).putLong(1).put((byte) 0xff).array();
        refused(GgufFile.tinyLlama().pair("a", 8, invalid), "a is not UTF-8");
    }

    @Test
    void stringsThatWouldFillTheHeapAreRefusedByFileAndKey() throws IOException {
        int length = 15 << 20;
        Path file = folder.resolve("x.gguf");
        byte[] begin = new GgufFile()
                .pair("padding", 9, GgufFile.little(12).putInt(8).putLong(64).array())
                .bytes();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // 960 MiB of zeros in 64 strings, in a sparse file without disk space
            ByteBuffer head = ByteBuffer.wrap(begin, 0, FIXED_HEAD + 8 + "padding".length() + 4 + 12);
            long at = out.write(head, 0);
            for (int i = 0; i < 64; i++) {
                out.write(GgufFile.little(8).putLong(length).flip(), at);
                at += 8 + length;
            }
            out.write(ByteBuffer.allocate(1), at);
        }
        assertThatThrownBy(() -> Gguf.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("x.gguf: the strings up to padding take more than 67108864 bytes");
    }

    @Test
    void damagedBytesGiveOneKindOfErrorAndNoHugeAllocation() throws IOException {
        byte[] whole = GgufFile.tinyLlama().bytes();
        Path file = folder.resolve("x.gguf");
        Path out = Files.createDirectory(folder.resolve("out"));
        Random random = new Random(11);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            Files.write(file, Damage.some(whole, random));
            long before = threads.getCurrentThreadAllocatedBytes();
            try (Gguf gguf = Gguf.open(file)) {
                GgufModel.of(gguf);
                GgufTokenizer.of(gguf.metadata()).write(out);
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageContaining("x.gguf");
                refused++;
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
        }
        assertThat(refused).isGreaterThan(1000);
    }

    private static float[] decode(GgufType type, ByteBuffer block) {
        block.flip();
        float[] values = new float[type.blockElements()];
        type.decode(block, values, values.length);
        assertThat(block.hasRemaining()).isFalse();
        assertThat(type.bytes(values.length)).isEqualTo(block.capacity());
        return values;
    }

    private static int rounded(int bits) {
        return GgufType.bfloat16(Float.intBitsToFloat(bits)) & 0xffff;
    }

    /** The model of tinyLlama, with heads of 128 as in Llama 3. */
    private static GgufFile llama128() {
        float[] ones = {1};
        return GgufFile.tinyLlama()
                .integer("llama.attention.key_length", 128)
                .integer("llama.attention.value_length", 128)
                .number("llama.rope.freq_base", 500_000f)
                .floats("blk.0.attn_q.weight", ones, 8, 256)
                .floats("blk.0.attn_k.weight", ones, 8, 128)
                .floats("blk.0.attn_v.weight", ones, 8, 128)
                .floats("blk.0.attn_output.weight", ones, 256, 8);
    }

    /**
     * Computes the divisors from the description of Llama 3.1: wavelengths over 8192 / 1 are stretched, and those
     * under 8192 / 4 stay unchanged.
     */
    private static float[] llama3Divisors(double factor) {
        float[] divisors = new float[64];
        for (int i = 0; i < 64; i++) {
            double wavelength = 2 * Math.PI / Math.pow(500_000, -i / 64.0);
            if (wavelength < 8192 / 4.0) {
                divisors[i] = 1;
            } else if (wavelength > 8192) {
                divisors[i] = (float) factor;
            } else {
                double smooth = (8192 / wavelength - 1) / (4 - 1);
                divisors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
            }
        }
        return divisors;
    }

    private Gguf open(GgufFile content) throws IOException {
        Path file = folder.resolve("x.gguf");
        Files.write(file, content.bytes());
        return Gguf.open(file);
    }

    private void refused(GgufFile content, String problem) {
        assertThatThrownBy(() -> {
                    try (Gguf gguf = open(content)) {
                        GgufModel.of(gguf);
                    }
                })
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("x.gguf: ")
                .hasMessageContaining(problem);
    }

    private void tokenizerRefused(GgufFile content, String problem) throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        try (Gguf gguf = open(content)) {
            assertThatThrownBy(() -> GgufTokenizer.of(gguf.metadata()).write(out))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(problem);
        }
    }
}
