package io.attune.format;

import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the header of a safetensors file token by token. A hostile header therefore takes no more memory than its
 * length.
 */
final class SafetensorsHeader {

    static final int MAX_BYTES = 100_000_000;
    private static final int MAX_RANK = 16;

    private final Path file;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * The place of one tensor.
     *
     * @param begin the first byte, counted from the start of the file
     * @param end the byte behind the last one
     */
    record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {}

    private SafetensorsHeader(Path file) {
        this.file = file;
    }

    /**
     * Reads all entries, sorted by their place in the file.
     *
     * @throws ModelFormatException if the entries do not fill the file, or leave gaps, or overlap
     */
    static List<Entry> read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw ModelFormatException.in(
                    file, "is " + size + " bytes long, too short for a safetensors file; download it again");
        }
        long length = readFully(file, channel, 0, 8).getLong();
        if (length < 2 || length > MAX_BYTES) {
            throw ModelFormatException.in(
                    file,
                    "is no safetensors file: it claims a header of " + Long.toUnsignedString(length)
                            + " bytes; at most " + MAX_BYTES + " are allowed");
        }
        if (length > size - 8) {
            throw ModelFormatException.in(
                    file,
                    "is truncated: its header takes " + (8 + length) + " bytes, the file has " + size
                            + "; download it again");
        }
        byte[] json = readFully(file, channel, 8, (int) length).array();
        if (json[0] != '{') {
            throw ModelFormatException.in(file, "is no safetensors file: its header does not begin with '{'");
        }
        SafetensorsHeader header = new SafetensorsHeader(file);
        try (JsonParser parser = JsonFile.MAPPER.createParser(json)) {
            header.parse(parser, 8 + length);
        } catch (JacksonException e) {
            throw new ModelFormatException(file + ": the header is not valid JSON: " + StrictJson.problem(json), e);
        }
        header.entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        header.checkContiguous(8 + length, size);
        return header.entries;
    }

    private static ByteBuffer readFully(Path file, FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw ModelFormatException.in(file, "ended while it was read");
            }
        }
        return buffer.flip();
    }

    private void parse(JsonParser parser, long dataStart) {
        expect(parser.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
        Set<String> names = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            expect(names.add(name), "tensor " + name + " is in the header twice");
            expect(parser.nextToken() == JsonToken.START_OBJECT, name + " is not a JSON object");
            if (name.equals("__metadata__")) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    expect(
                            parser.nextToken() == JsonToken.VALUE_STRING,
                            "__metadata__ holds something other than strings");
                }
            } else {
                entries.add(entry(parser, name, dataStart));
            }
        }
        expect(parser.nextToken() == null, "there is text behind the header's JSON object");
    }

    private Entry entry(JsonParser parser, String name, long dataStart) {
        Dtype dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(value == JsonToken.VALUE_STRING, "the dtype of tensor " + name + " is not a string");
                    dtype = dtype(name, parser.getString());
                }
                case "shape" -> shape = numbers(parser, value, "the shape of tensor " + name);
                case "data_offsets" -> offsets = numbers(parser, value, "data_offsets of tensor " + name);
                default -> throw ModelFormatException.in(file, "tensor " + name + " has an unknown field " + field);
            }
        }
        expect(
                dtype != null && shape != null && offsets != null,
                "tensor " + name + " lacks dtype, shape or data_offsets");
        expect(offsets.length == 2 && offsets[0] <= offsets[1], "data_offsets of tensor " + name + " are no range");
        long bytes = bytes(name, dtype, shape);
        expect(
                offsets[1] - offsets[0] == bytes,
                "tensor " + name + " has " + (offsets[1] - offsets[0]) + " bytes, its shape " + Safetensors.shown(shape)
                        + " of " + dtype + " needs " + bytes);
        expect(offsets[1] <= Long.MAX_VALUE - dataStart, "data_offsets of tensor " + name + " lie outside of the file");
        return new Entry(name, dtype, shape, dataStart + offsets[0], dataStart + offsets[1]);
    }

    private Dtype dtype(String tensor, String name) {
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        throw ModelFormatException.in(file, "tensor " + tensor + " has the unknown dtype \"" + name + "\"");
    }

    private long[] numbers(JsonParser parser, JsonToken token, String what) {
        expect(token == JsonToken.START_ARRAY, what + " is not a list");
        long[] values = new long[MAX_RANK];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(count < MAX_RANK, what + " has more than " + MAX_RANK + " numbers");
            expect(
                    parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
                    what + " holds something other than whole numbers");
            values[count] = parser.getLongValue();
            expect(values[count] >= 0, what + " holds a negative number");
            count++;
        }
        return Arrays.copyOf(values, count);
    }

    private long bytes(String name, Dtype dtype, long[] shape) {
        try {
            long bytes = dtype.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw ModelFormatException.in(
                    file, "tensor " + name + " has the impossible shape " + Safetensors.shown(shape));
        }
    }

    private void checkContiguous(long dataStart, long size) {
        long position = dataStart;
        for (Entry entry : entries) {
            if (entry.end > size) {
                throw ModelFormatException.in(
                        file,
                        "is truncated: tensor " + entry.name + " ends at byte " + entry.end + ", the file has " + size
                                + "; download it again");
            }
            if (entry.begin != position) {
                throw ModelFormatException.in(
                        file,
                        "tensor " + entry.name + " begins at byte " + entry.begin + ", "
                                + (entry.begin < position ? "inside the tensor before it" : "leaving a gap") + "; "
                                + position
                                + " was expected");
            }
            position = entry.end;
        }
        if (position != size) {
            throw ModelFormatException.in(file, "has " + size + " bytes, its tensors end at " + position);
        }
    }

    private void expect(boolean condition, String problem) {
        if (!condition) {
            throw ModelFormatException.in(file, problem);
        }
    }
}
