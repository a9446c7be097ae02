package io.attune.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the tensors of a safetensors file, or of a model folder with {@code model.safetensors} or with shards. On
 * opening, the class checks every number in the header against the file. It then memory-maps each tensor by itself,
 * so files may be larger than memory.
 *
 * <pre>
 * | u64 n, little-endian | n bytes of JSON: {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ...} | data |
 * </pre>
 */
public final class Safetensors implements AutoCloseable {

    private final List<FileChannel> channels = new ArrayList<>();
    private final Map<String, Slice> slices = new LinkedHashMap<>();

    private record Slice(Path file, FileChannel channel, SafetensorsHeader.Entry entry) {}

    /**
     * One tensor.
     *
     * @param shape row-major, empty for a scalar
     * @param bytes little-endian elements, exactly as many as the shape has
     */
    public record Tensor(String name, Dtype dtype, long[] shape, ByteBuffer bytes) {

        /** The number of elements. */
        public long elements() {
            return bytes.remaining() / dtype.bytes();
        }
    }

    private Safetensors() {}

    /**
     * Opens a safetensors file, or a model folder with {@code model.safetensors} or
     * {@code model.safetensors.index.json}.
     *
     * @throws ModelFormatException if a file is truncated, has overlapping tensors or an unknown type, or is a
     *     pickle; the message names the file and the problem
     */
    public static Safetensors open(Path fileOrModelFolder) {
        Safetensors opened = new Safetensors();
        try {
            if (Files.isDirectory(fileOrModelFolder)) {
                opened.openFolder(fileOrModelFolder);
            } else {
                opened.openFile(fileOrModelFolder);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw new UncheckedIOException(fileOrModelFolder + " cannot be read", e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The names of all tensors, in the order of the files. */
    public Set<String> names() {
        return Collections.unmodifiableSet(slices.keySet());
    }

    /** The type of a tensor. The tensor is not memory-mapped. */
    public Dtype dtype(String name) {
        return slice(name).entry.dtype();
    }

    public long[] shape(String name) {
        return slice(name).entry.shape().clone();
    }

    /** The tensor's length in bytes. */
    public long bytes(String name) {
        SafetensorsHeader.Entry entry = slice(name).entry;
        return entry.end() - entry.begin();
    }

    /**
     * Fills the buffer with the tensor's bytes, from byte {@code offset} of the tensor on, and flips it for reading.
     */
    public void read(String name, long offset, ByteBuffer into) {
        Slice slice = slice(name);
        try {
            long position = slice.entry.begin() + offset;
            while (into.hasRemaining()) {
                int count = slice.channel.read(into, position);
                if (count < 0) {
                    throw ModelFormatException.in(slice.file, "ended while it was read");
                }
                position += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(slice.file + " cannot be read", e);
        }
        into.flip();
    }

    /** Copies the bytes of a tensor of any size. */
    void copy(String name, WritableByteChannel out) throws IOException {
        Slice slice = slice(name);
        long at = slice.entry.begin();
        while (at < slice.entry.end()) {
            at += slice.channel.transferTo(at, slice.entry.end() - at, out);
        }
    }

    /** Memory-maps one tensor. The buffer stays valid after {@link #close()}. */
    public Tensor tensor(String name) {
        Slice slice = slice(name);
        SafetensorsHeader.Entry entry = slice.entry;
        long length = entry.end() - entry.begin();
        if (length > Integer.MAX_VALUE) {
            throw ModelFormatException.in(
                    slice.file,
                    "tensor " + name + " is " + length + " bytes long; tensors of 2 GiB and more are not built");
        }
        try {
            ByteBuffer bytes = length == 0
                    ? ByteBuffer.allocate(0)
                    : slice.channel.map(FileChannel.MapMode.READ_ONLY, entry.begin(), length);
            return new Tensor(name, entry.dtype(), entry.shape().clone(), bytes.order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(slice.file + " cannot be read", e);
        }
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Slice slice(String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            throw new ModelFormatException("there is no tensor " + name + " among the " + slices.size() + " tensors");
        }
        return slice;
    }

    private void openFolder(Path folder) throws IOException {
        Path single = folder.resolve(SafetensorsIndex.SINGLE);
        if (Files.exists(single)) {
            openFile(single);
        } else if (Files.exists(folder.resolve(SafetensorsIndex.FILE))) {
            openShards(folder);
        } else {
            Pickles.refuseIn(folder);
            throw ModelFormatException.in(
                    folder, "holds neither " + SafetensorsIndex.SINGLE + " nor " + SafetensorsIndex.FILE);
        }
    }

    private void openShards(Path folder) throws IOException {
        int listed = 0;
        for (Map.Entry<String, List<String>> shard :
                SafetensorsIndex.read(folder).tensorsByShard().entrySet()) {
            Path file = folder.resolve(shard.getKey());
            openFile(file);
            for (String name : shard.getValue()) {
                if (!slices.containsKey(name) || !slices.get(name).file.equals(file)) {
                    throw SafetensorsIndex.refused(
                            folder, "gives tensor " + name + " to " + shard.getKey() + ", which does not hold it");
                }
            }
            listed += shard.getValue().size();
        }
        if (listed != slices.size()) {
            throw SafetensorsIndex.refused(folder, "lists " + listed + " tensors, the files hold " + slices.size());
        }
    }

    private void openFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw ModelFormatException.in(file, "there is no such file");
        }
        Pickles.refuse(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        channels.add(channel);
        for (SafetensorsHeader.Entry entry : SafetensorsHeader.read(file, channel)) {
            if (slices.put(entry.name(), new Slice(file, channel, entry)) != null) {
                throw ModelFormatException.in(file, "tensor " + entry.name() + " is there twice");
            }
        }
    }

    static String shown(long[] shape) {
        return Arrays.toString(shape).replace(" ", "");
    }
}
