package io.attune.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the little-endian values in front of a GGUF file's data in order. Never reads behind the file's end. */
final class GgufInput {

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long filled;

    GgufInput(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    /** The length of the file in bytes. */
    long size() {
        return size;
    }

    /** The position of the next unread byte. */
    long position() {
        return filled - buffer.remaining();
    }

    byte u8(String what) throws IOException {
        need(1, what);
        return buffer.get();
    }

    short u16(String what) throws IOException {
        need(2, what);
        return buffer.getShort();
    }

    int u32(String what) throws IOException {
        need(4, what);
        return buffer.getInt();
    }

    long u64(String what) throws IOException {
        need(8, what);
        return buffer.getLong();
    }

    /** Reads the count of the elements that follow. Each element takes at least {@code smallest} bytes. */
    long count(String what, long max, int smallest) throws IOException {
        long count = u64(what);
        if (count < 0 || count > max) {
            throw ModelFormatException.in(
                    file, what + " is " + Long.toUnsignedString(count) + "; at most " + max + " are read");
        }
        if (count > (size - position()) / smallest) {
            throw truncated(what + " is " + count + ", which needs at least " + count * smallest + " more bytes");
        }
        return count;
    }

    String string(String what, int max) throws IOException {
        int length = (int) count("the length of " + what, max, 1);
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            need(1, what);
            int part = Math.min(length - done, buffer.remaining());
            buffer.get(bytes, done, part);
            done += part;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file + ": " + what + " is not UTF-8", e);
        }
    }

    private void need(int bytes, String what) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        buffer.compact();
        while (buffer.position() < bytes) {
            int count = channel.read(buffer, filled);
            if (count < 0) {
                buffer.flip();
                throw truncated(what + " lies behind its end");
            }
            filled += count;
        }
        buffer.flip();
    }

    private ModelFormatException truncated(String problem) {
        return ModelFormatException.in(
                file,
                "is truncated or damaged: " + problem + "; the file has " + size + " bytes, of which " + position()
                        + " were read; download it again");
    }
}
