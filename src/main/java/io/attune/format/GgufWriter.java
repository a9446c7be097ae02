package io.attune.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes GGUF files of version 3 in the layout that {@link Gguf} draws. Tensors are aligned to 32 bytes. The caller
 * gives the elements of a tensor as floats; they are stored as F32, F16, BF16 or Q8_0. Equal metadata and tensors in
 * equal order give equal bytes.
 */
final class GgufWriter {

    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;

    private GgufWriter() {}

    /**
     * A tensor whose content is made piece by piece, at the time of writing.
     *
     * @param type one of the types that {@link GgufEncoder} writes
     * @param shape row-major; the last axis is a whole number of the type's blocks
     */
    record Planned(String name, GgufType type, long[] shape, Content content) {

        Planned {
            if (shape.length < 1 || shape[shape.length - 1] % type.blockElements() != 0) {
                throw new IllegalArgumentException(
                        "tensor " + name + " of shape " + Safetensors.shown(shape) + " cannot be " + type);
            }
        }

        private long bytes() {
            long elements = 1;
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
            return type.bytes(elements);
        }
    }

    /** Gives a tensor's elements in row-major order, exactly as many as its shape has. */
    interface Content {
        void writeTo(GgufEncoder out) throws IOException;
    }

    /** The type for rows of this length: Q8_0 needs whole blocks of 32 elements, so other rows become F16. */
    static GgufType fitting(GgufType wanted, long rowElements) {
        return rowElements % wanted.blockElements() == 0 ? wanted : GgufType.F16;
    }

    /**
     * Writes the tensors in the list's order and forces them to disk. Only one tensor needs to be in memory at a
     * time.
     *
     * @param file replaced if it exists
     * @param metadata in the order of writing
     * @throws IllegalArgumentException if a name is there twice, or if a tensor gives more or fewer elements than its
     *     shape
     */
    static void write(Path file, Map<String, GgufValue> metadata, List<Planned> tensors) throws IOException {
        ByteBuffer header = header(metadata, tensors);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            SafetensorsWriter.writeFully(out, header);
            for (Planned tensor : tensors) {
                long end = Math.addExact(out.position(), tensor.bytes());
                GgufEncoder encoder = new GgufEncoder(tensor.type, out);
                tensor.content.writeTo(encoder);
                encoder.end();
                if (out.position() != end) {
                    throw new IllegalArgumentException("tensor " + tensor.name + " gave "
                            + (out.position() - end + tensor.bytes()) + " bytes of " + tensor.type + ", its shape "
                            + Safetensors.shown(tensor.shape) + " needs " + tensor.bytes());
                }
                SafetensorsWriter.writeFully(out, ByteBuffer.allocate((int) (aligned(end) - end)));
            }
            out.force(true);
        }
    }

    private static ByteBuffer header(Map<String, GgufValue> metadata, List<Planned> tensors) {
        GgufOutput out = new GgufOutput();
        out.u32(Gguf.MAGIC);
        out.u32(VERSION);
        out.u64(tensors.size());
        out.u64(metadata.size());
        metadata.forEach((key, value) -> {
            out.text(key);
            value.writeTo(out);
        });
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Planned tensor : tensors) {
            if (!names.add(tensor.name)) {
                throw new IllegalArgumentException("tensor " + tensor.name + " is there twice");
            }
            out.text(tensor.name);
            out.u32(tensor.shape.length);
            for (int axis = tensor.shape.length - 1; axis >= 0; axis--) {
                out.u64(tensor.shape[axis]);
            }
            out.u32(tensor.type.id());
            out.u64(offset);
            offset = aligned(Math.addExact(offset, tensor.bytes()));
        }
        out.pad(ALIGNMENT);
        return out.toBuffer();
    }

    private static long aligned(long offset) {
        return Math.addExact(offset, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
