package io.attune.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Collects the little-endian values in front of a GGUF file's data. The inverse of {@link GgufInput}. */
final class GgufOutput {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void u8(int value) {
        bytes.write(value);
    }

    void u16(int value) {
        u8(value);
        u8(value >> 8);
    }

    void u32(int value) {
        u16(value);
        u16(value >> 16);
    }

    void u64(long value) {
        u32((int) value);
        u32((int) (value >> 32));
    }

    /** @throws IllegalArgumentException if the text holds half of a surrogate pair */
    void text(String value) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            u64(utf8.remaining());
            bytes.write(utf8.array(), 0, utf8.remaining());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("\"" + value + "\" holds half a character", e);
        }
    }

    /** Writes zeros up to a multiple of {@code alignment} bytes. */
    void pad(int alignment) {
        while (bytes.size() % alignment != 0) {
            u8(0);
        }
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}
