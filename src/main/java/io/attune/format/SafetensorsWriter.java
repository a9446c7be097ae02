package io.attune.format;

import io.attune.format.Safetensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes safetensors files. Equal tensors in equal order give equal bytes. Python's safetensors reads the files. */
public final class SafetensorsWriter {

    private static final ObjectWriter COMPACT = JsonFile.MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

    private SafetensorsWriter() {}

    /** A tensor whose content is made piece by piece, at the time of writing. */
    public record Planned(String name, Dtype dtype, long[] shape, Content content) {

        long bytes() {
            long bytes = dtype.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return bytes;
        }
    }

    /** Writes exactly the planned number of little-endian bytes. */
    public interface Content {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /**
     * Writes the tensors in the list's order and forces them to disk. The positions of the buffers do not change.
     *
     * @param file replaced if it exists
     * @param metadata the content of {@code __metadata__}, sorted; transformers requires {@code format=pt}
     * @throws IllegalArgumentException if a name is there twice, or if a buffer's length does not fit its shape
     */
    public static void write(Path file, Map<String, String> metadata, List<Tensor> tensors) {
        List<Planned> planned = tensors.stream()
                .map(t -> new Planned(
                        t.name(),
                        t.dtype(),
                        t.shape(),
                        out -> writeFully(out, t.bytes().duplicate())))
                .toList();
        try {
            writePlanned(file, metadata, planned);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /**
     * Does the same as {@link #write}, but makes one tensor after the other. Only one needs to be in memory at a
     * time.
     */
    public static void writePlanned(Path file, Map<String, String> metadata, List<Planned> tensors) throws IOException {
        ByteBuffer header = header(metadata, tensors);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(out, header);
            for (Planned tensor : tensors) {
                long before = out.position();
                tensor.content.writeTo(out);
                if (out.position() - before != tensor.bytes()) {
                    throw new IllegalArgumentException("tensor " + tensor.name + " gave " + (out.position() - before)
                            + " bytes, its shape " + Safetensors.shown(tensor.shape) + " of " + tensor.dtype + " needs "
                            + tensor.bytes());
                }
            }
            out.force(true);
        }
    }

    private static ByteBuffer header(Map<String, String> metadata, List<Planned> tensors) {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = json.putObject("__metadata__");
            new TreeMap<>(metadata).forEach(node::put);
        }
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Planned tensor : tensors) {
            if (!names.add(tensor.name) || tensor.name.equals("__metadata__")) {
                throw new IllegalArgumentException("tensor " + tensor.name + " is there twice, or has a reserved name");
            }
            ObjectNode entry = json.putObject(tensor.name);
            entry.put("dtype", tensor.dtype.name());
            ArrayNode shape = entry.putArray("shape");
            for (long size : tensor.shape) {
                shape.add(size);
            }
            ArrayNode offsets = entry.putArray("data_offsets").add(offset);
            offset = Math.addExact(offset, tensor.bytes());
            offsets.add(offset);
        }
        byte[] text = COMPACT.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        int padded = Math.addExact(text.length, 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
