package io.attune.text;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.text.template.Work;
import java.util.List;
import java.util.Map;

/**
 * Limits the {@link Work} of a row and of a file in proportion to their size. The cost of a file therefore grows
 * only with its size, for any content and any chat template.
 */
public final class Allowance {

    private static final long OF_A_ROW = 2 * Work.A_SECOND;
    private static final long OF_A_FILE = 10 * Work.A_SECOND;
    /** For each char of a row and each byte of a file: ten microseconds. */
    private static final long OF_A_CHAR = Work.A_SECOND / 100_000;

    /** The JSON of a message or value has at least this number of chars. */
    private static final int FRAME = 8;

    private Allowance() {}

    /** Returns the units of work that all rows of a file may take together. */
    public static long ofFile(long bytes) {
        return OF_A_FILE + OF_A_CHAR * bytes;
    }

    static long ofRow(Row row) {
        return OF_A_ROW + OF_A_CHAR * size(row);
    }

    private static long size(Row row) {
        if (row instanceof Row.Text text) {
            return text.text().length();
        }
        if (row instanceof Row.Completion completion) {
            return (long) completion.prompt().length() + completion.completion().length();
        }
        Row.Chat chat = (Row.Chat) row;
        return size(chat.tools())
                + chat.messages().stream().mapToLong(Allowance::size).sum();
    }

    private static long size(Message message) {
        return FRAME + size(message.content()) + size(message.reasoning()) + size(message.toolCalls());
    }

    private static long size(Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof List<?> items) {
            return items.stream().mapToLong(item -> FRAME + size(item)).sum();
        }
        if (value instanceof Map<?, ?> object) {
            return object.entrySet().stream()
                    .mapToLong(member -> FRAME + size(member.getKey()) + size(member.getValue()))
                    .sum();
        }
        return 0;
    }
}
