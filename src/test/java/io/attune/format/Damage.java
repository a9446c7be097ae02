package io.attune.format;

import java.util.Arrays;
import java.util.Random;

/**
 * Makes damaged copies of a file's bytes: a few bytes are changed, a piece is cut off, or a run of bytes gets extreme
 * values.
 */
final class Damage {

    private Damage() {}

    static byte[] some(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
                Arrays.fill(bytes, from, to, (byte) (random.nextBoolean() ? 0xff : random.nextBoolean() ? 0x7f : 0));
            }
            case 2 -> {
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
        }
        return bytes;
    }
}
