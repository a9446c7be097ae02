package io.attune.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a GGUF file (versions 2 and 3, little-endian): its metadata, and its tensors in pieces. Reads the further
 * parts of a split model too. On opening, the class checks every number in each file's header against the file's
 * length.
 *
 * <pre>
 * "GGUF" | u32 version | u64 tensors | u64 pairs | pairs: key, u32 type, value | infos: name, u32 rank, u64 sizes,
 * u32 type, u64 offset | padding to general.alignment | data
 * </pre>
 */
final class Gguf implements AutoCloseable {

    static final int MAGIC = 0x46554747;

    static final int MAX_TENSORS = 1 << 16;
    private static final int MAX_PAIRS = 1 << 16;
    private static final int MAX_STRING = 16 << 20;
    private static final int MAX_NAME = 1024;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_RANK = 4;
    private static final long MAX_VALUES = 4L << 20;

    /** The limit for all keys, strings and names of a file, in bytes: many times the size of the largest tokenizers. */
    private static final long MAX_TEXT = 64L << 20;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private List<Gguf> others = List.of();
    private long values;
    private long text;

    /**
     * The place of one tensor.
     *
     * @param part the file that holds the tensor
     * @param shape row-major, as everywhere in the program; GGUF itself stores the sizes in the opposite order
     * @param begin the first byte, counted from the start of the file
     */
    record Tensor(Gguf part, String name, GgufType type, long[] shape, long begin, long bytes) {

        /** The size of the last axis. */
        long rowElements() {
            return shape[shape.length - 1];
        }
    }

    private Gguf(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file and checks everything in front of its tensors' data. If the file is the first part of a split
     * model, opens the other parts too.
     *
     * @throws ModelFormatException if a file is damaged or not supported; the message names the file and the problem
     */
    static Gguf open(Path file) {
        Gguf gguf = openPart(file);
        try {
            gguf.others = GgufParts.openOthers(gguf);
            for (Gguf other : gguf.others) {
                other.tensors.values().forEach(gguf::add);
            }
            return gguf;
        } catch (RuntimeException e) {
            gguf.close();
            throw e;
        }
    }

    /** Opens one file without its further parts. */
    static Gguf openPart(Path file) {
        try {
            Gguf gguf = new Gguf(file, FileChannel.open(file, StandardOpenOption.READ));
            try {
                gguf.read();
                return gguf;
            } catch (IOException | RuntimeException e) {
                gguf.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Whether the file begins like a GGUF file. */
    static boolean isGguf(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(4), new byte[] {'G', 'G', 'U', 'F'});
        }
    }

    Path file() {
        return file;
    }

    GgufMetadata metadata() {
        return new GgufMetadata(file, Collections.unmodifiableMap(metadata));
    }

    Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Drops the metadata of a further part. It only repeats the metadata of the first part. */
    void forgetMetadata() {
        metadata.clear();
    }

    /**
     * Fills the buffer with the tensor's bytes, from byte {@code offset} of the tensor on, and flips it for reading.
     */
    void read(Tensor tensor, long offset, ByteBuffer into) throws IOException {
        long position = tensor.begin + offset;
        while (into.hasRemaining()) {
            int count = tensor.part.channel.read(into, position);
            if (count < 0) {
                throw ModelFormatException.in(tensor.part.file, "ended while it was read");
            }
            position += count;
        }
        into.flip();
    }

    @Override
    public void close() {
        others.forEach(Gguf::close);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() throws IOException {
        GgufInput in = new GgufInput(file, channel);
        if (in.size() < 24 || in.u32("the magic number") != MAGIC) {
            throw ModelFormatException.in(file, "is no GGUF file of version 2 or 3 (" + in.size() + " bytes)");
        }
        int version = in.u32("the version");
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
            throw ModelFormatException.in(
                    file,
                    swapped
                            ? "is a big-endian GGUF file; only little-endian ones are read"
                            : "is GGUF version " + Integer.toUnsignedString(version) + "; only 2 and 3 are read");
        }
        int tensorCount = (int) in.count("the number of tensors", MAX_TENSORS, 24);
        int pairCount = (int) in.count("the number of metadata pairs", MAX_PAIRS, 13);
        for (int i = 0; i < pairCount; i++) {
            String key = text(in, "metadata key " + i, MAX_NAME);
            Object value = value(in, key, in.u32("the type of " + key), 0);
            if (metadata.put(key, value) != null) {
                throw ModelFormatException.in(file, "metadata key " + key + " is there twice");
            }
        }
        List<Tensor> relative = new ArrayList<>();
        for (int i = 0; i < tensorCount; i++) {
            relative.add(tensorInfo(in, i));
        }
        placeTensors(in, relative);
    }

    private Object value(GgufInput in, String key, int type, int depth) throws IOException {
        if (++values > MAX_VALUES) {
            throw ModelFormatException.in(file, "metadata holds more than " + MAX_VALUES + " values");
        }
        return switch (type) {
            case 0 -> (long) (in.u8(key) & 0xff);
            case 1 -> (long) in.u8(key);
            case 2 -> (long) (in.u16(key) & 0xffff);
            case 3 -> (long) in.u16(key);
            case 4 -> Integer.toUnsignedLong(in.u32(key));
            case 5 -> (long) in.u32(key);
            // Float.toString gives the shortest text for a float: 1e-5 stays 1e-5
            case 6 -> Double.valueOf(Float.toString(Float.intBitsToFloat(in.u32(key))));
            case 7 -> in.u8(key) != 0;
            case 8 -> text(in, key, MAX_STRING);
            case 9 -> array(in, key, depth + 1);
            case 10 -> unsigned(key, in.u64(key));
            case 11 -> in.u64(key);
            case 12 -> Double.longBitsToDouble(in.u64(key));
            default ->
                throw ModelFormatException.in(
                        file, "metadata key " + key + " has the unknown type " + Integer.toUnsignedString(type));
        };
    }

    private String text(GgufInput in, String what, int max) throws IOException {
        long begin = in.position();
        String read = in.string(what, max);
        text += in.position() - begin;
        if (text > MAX_TEXT) {
            throw ModelFormatException.in(
                    file,
                    "the strings up to " + what + " take more than " + MAX_TEXT
                            + " bytes, which no tokenizer does; take another file of this model");
        }
        return read;
    }

    private long unsigned(String key, long value) {
        if (value < 0) {
            throw ModelFormatException.in(
                    file, "metadata key " + key + " has the impossible value " + Long.toUnsignedString(value));
        }
        return value;
    }

    private List<Object> array(GgufInput in, String key, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw ModelFormatException.in(file, "metadata key " + key + " nests arrays deeper than " + MAX_DEPTH);
        }
        int type = in.u32("the element type of " + key);
        int count = (int) in.count("the length of " + key, MAX_VALUES, smallestBytes(type));
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(value(in, key, type, depth));
        }
        return elements;
    }

    private static int smallestBytes(int type) {
        return switch (type) {
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 8, 10, 11, 12 -> 8;
            case 9 -> 12;
            default -> 1;
        };
    }

    /** Reads one tensor info. {@code begin} is still counted from the start of the data. */
    private Tensor tensorInfo(GgufInput in, int number) throws IOException {
        String name = text(in, "the name of tensor " + number, MAX_NAME);
        int rank = in.u32("the rank of tensor " + name);
        if (rank < 1 || rank > MAX_RANK) {
            throw ModelFormatException.in(
                    file,
                    "tensor " + name + " has rank " + Integer.toUnsignedString(rank) + "; 1 to " + MAX_RANK
                            + " are possible");
        }
        long[] shape = new long[rank];
        for (int i = rank - 1; i >= 0; i--) {
            shape[i] = in.u64("the shape of tensor " + name);
        }
        int typeId = in.u32("the type of tensor " + name);
        GgufType type = GgufType.of(typeId);
        if (type == null) {
            throw ModelFormatException.in(
                    file,
                    "tensor " + name + " has the type " + GgufType.nameOf(typeId) + "; only "
                            + Arrays.toString(GgufType.values()) + " are read: take another file of this model");
        }
        long offset = in.u64("the offset of tensor " + name);
        return new Tensor(this, name, type, shape, offset, bytes(name, type, shape));
    }

    private long bytes(String name, GgufType type, long[] shape) {
        try {
            long elements = 1;
            for (long size : shape) {
                if (size < 1) {
                    throw new ArithmeticException();
                }
                elements = Math.multiplyExact(elements, size);
            }
            if (shape[shape.length - 1] % type.blockElements() != 0) {
                throw new ArithmeticException();
            }
            return type.bytes(elements);
        } catch (ArithmeticException e) {
            throw ModelFormatException.in(
                    file,
                    "tensor " + name + " has the impossible shape " + Safetensors.shown(shape) + " for type " + type);
        }
    }

    private void placeTensors(GgufInput in, List<Tensor> relative) {
        long alignment = metadata().integer("general.alignment", 8, 1 << 20, 32);
        long dataStart = (in.position() + alignment - 1) / alignment * alignment;
        List<Tensor> sorted = new ArrayList<>(relative);
        sorted.sort(Comparator.comparingLong(Tensor::begin));
        long free = 0;
        for (Tensor tensor : sorted) {
            if (tensor.begin < free || tensor.begin % alignment != 0) {
                throw ModelFormatException.in(
                        file,
                        "tensor " + tensor.name + " begins at offset " + Long.toUnsignedString(tensor.begin)
                                + ", inside another tensor or not aligned to " + alignment);
            }
            if (tensor.begin > in.size() - dataStart || tensor.bytes > in.size() - dataStart - tensor.begin) {
                throw ModelFormatException.in(
                        file,
                        "is truncated: tensor " + tensor.name + " has " + tensor.bytes
                                + " bytes from " + dataStart + " + " + tensor.begin + " on, the file has " + in.size()
                                + " in all; download it again");
            }
            free = tensor.begin + tensor.bytes;
        }
        for (Tensor tensor : relative) {
            add(new Tensor(this, tensor.name, tensor.type, tensor.shape, dataStart + tensor.begin, tensor.bytes));
        }
    }

    private void add(Tensor tensor) {
        if (tensors.put(tensor.name, tensor) != null) {
            throw ModelFormatException.in(tensor.part.file, "tensor " + tensor.name + " is there twice");
        }
    }
}
