package io.attune.dataset;

import io.attune.checksum.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Remembers the rows of a file, to find rows with the same content in this file or in another one. Rows have the same
 * content if they have the same text in the same roles, with the same weights, calls and tools. The form of the JSON
 * does not count.
 *
 * <p>The class keeps a digest of 128 bits and the line of each row. The table uses open addressing: 20 bytes per
 * slot, at most 40 to 80 bytes per row.
 */
public final class SeenRows {

    private final SeenRows others;
    private final RepeatedRows.Counter duplicates = new RepeatedRows.Counter();
    private final RepeatedRows.Counter overlap = new RepeatedRows.Counter();
    private final MessageDigest sha256 = Digests.sha256();
    private long[] digests = new long[2 * 1024]; // two for each slot
    private int[] lines = new int[1024]; // 0: the slot is free
    private int size;

    public SeenRows() {
        this(null);
    }

    /** @param others another file, completely read, whose rows this file should not repeat; null for none */
    public SeenRows(SeenRows others) {
        this.others = others;
    }

    public void add(Row row) {
        sha256.reset();
        feed(row);
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        long high = digest.getLong();
        long low = digest.getLong();
        int slot = slot(high, low);
        if (lines[slot] != 0) {
            duplicates.add(row.line(), lines[slot]);
        } else {
            put(slot, high, low, row.line());
            if (++size > lines.length / 2) {
                grow();
            }
        }
        if (others != null) {
            int same = others.lines[others.slot(high, low)];
            if (same != 0) {
                overlap.add(row.line(), same);
            }
        }
    }

    /** The rows that are equal to an earlier row. */
    public RepeatedRows duplicates() {
        return duplicates.counted();
    }

    /** The rows that are in the other file too. */
    public RepeatedRows overlap() {
        return overlap.counted();
    }

    /** The slot with the digest, or the free slot for it. */
    private int slot(long high, long low) {
        int mask = lines.length - 1;
        int slot = (int) high & mask;
        while (lines[slot] != 0 && !(digests[2 * slot] == high && digests[2 * slot + 1] == low)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void put(int slot, long high, long low, int line) {
        digests[2 * slot] = high;
        digests[2 * slot + 1] = low;
        lines[slot] = line;
    }

    private void grow() {
        long[] oldDigests = digests;
        int[] oldLines = lines;
        digests = new long[2 * oldDigests.length];
        lines = new int[2 * oldLines.length];
        for (int i = 0; i < oldLines.length; i++) {
            if (oldLines[i] != 0) {
                long high = oldDigests[2 * i];
                long low = oldDigests[2 * i + 1];
                put(slot(high, low), high, low, oldLines[i]);
            }
        }
    }

    private void feed(Row row) {
        if (row instanceof Row.Completion completion) {
            feedAll(Arrays.asList("completion", completion.prompt(), completion.completion()));
            return;
        }
        if (row instanceof Row.Text text) {
            feedAll(List.of("text", text.text()));
            return;
        }
        Row.Chat chat = (Row.Chat) row;
        feedAll(Arrays.asList("chat", chat.tools()));
        for (Message message : chat.messages()) {
            feedAll(Arrays.asList(
                    message.role(),
                    message.content(),
                    message.isTrainedOn(),
                    message.name(),
                    message.reasoning(),
                    message.toolCalls(),
                    message.toolCallId()));
        }
    }

    private void feedAll(List<?> values) {
        values.forEach(this::feedValue);
    }

    /**
     * Digests a value. Its kind and length come first, so that different rows never feed the same bytes. Keys of
     * objects are sorted.
     */
    private void feedValue(Object value) {
        if (value instanceof Map<?, ?> object) {
            head('{', object.size());
            new TreeMap<>(object).forEach((key, member) -> {
                feedValue(key);
                feedValue(member);
            });
        } else if (value instanceof List<?> items) {
            head('[', items.size());
            feedAll(items);
        } else {
            byte[] text = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
            head(value instanceof String ? '"' : '=', text.length);
            sha256.update(text);
        }
    }

    private void head(char kind, int length) {
        sha256.update((byte) kind);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    }
}
