package io.attune.text;

import com.sun.management.OperatingSystemMXBean;
import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.dataset.RowReader;
import io.attune.format.ModelConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Measures how many rows one core encodes per second: Attune's part of {@code benchmarks/rows}. */
final class RowThroughput {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int NO_LIMIT = 1 << 27; // tokens of a row

    private final double seconds;

    private RowThroughput(double seconds) {
        this.seconds = seconds;
    }

    /** The repeated operation; returns the number of encoded rows. */
    private interface Work {
        int run() throws IOException;
    }

    /**
     * Prints one line of JSON: processor microseconds per row, rows per second, and seconds for one row of many
     * turns.
     *
     * @param arguments {@code MODEL-FOLDER ROWS-FILE SECONDS}
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        byte[] file = Files.readAllBytes(Path.of(arguments[1]));
        RowThroughput throughput = new RowThroughput(Double.parseDouble(arguments[2]));
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            ChatTemplate template = ChatTemplate.read(folder).orElseThrow();
            EndTokens ends = EndTokens.read(folder, ModelConfig.read(folder), tokenizer);
            RowEncoder encoder = new RowEncoder(tokenizer, Optional.of(template), ends, NO_LIMIT);
            System.out.println(
                    JsonMapper.shared().writeValueAsString(throughput.figures(file, tokenizer, template, encoder)));
        }
    }

    private Map<String, Double> figures(byte[] file, Tokenizer tokenizer, ChatTemplate template, RowEncoder encoder)
            throws IOException {
        List<Row.Chat> rows = new ArrayList<>();
        read(file, row -> rows.add((Row.Chat) row));
        List<String> texts = rows.stream()
                .map(row -> template.render(row.messages(), null, false))
                .toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows_per_second", 1e6 / microseconds(() -> read(file, encoder::encode)));
        figures.put(
                "tokens",
                rows.stream()
                        .mapToInt(row -> encoder.encode(row).tokens().tokens())
                        .average()
                        .orElseThrow());
        figures.put("check_us", microseconds(() -> read(file, row -> {})));
        figures.put("render_us", microseconds(() -> {
            rows.forEach(row -> template.render(row.messages(), null, false));
            return rows.size();
        }));
        figures.put("encode_us", microseconds(() -> {
            texts.forEach(tokenizer::encode);
            return texts.size();
        }));
        for (int turns : List.of(2000, 4000)) {
            Row row = turns(turns);
            long start = PROCESS.getProcessCpuTime();
            encoder.encode(row);
            figures.put(String.valueOf(turns), (PROCESS.getProcessCpuTime() - start) / 1e9);
        }
        return figures;
    }

    private static int read(byte[] file, Consumer<Row> rows) throws IOException {
        DatasetCheck check = RowReader.read(new ByteArrayInputStream(file), rows);
        if (!check.isValid()) {
            throw new IOException("not rows: " + check.findings().get(0));
        }
        return check.rows();
    }

    /** Returns processor microseconds per row. The warm-up takes as long as the measurement. */
    private double microseconds(Work work) throws IOException {
        double microseconds = 0;
        for (int pass = 0; pass < 2; pass++) {
            long start = PROCESS.getProcessCpuTime();
            long rows = 0;
            while (PROCESS.getProcessCpuTime() < start + seconds * 1e9) {
                rows += work.run();
            }
            microseconds = (PROCESS.getProcessCpuTime() - start) / 1e3 / rows;
        }
        return microseconds;
    }

    private static Row turns(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new Message("user", "And " + i + "?"));
            messages.add(new Message("assistant", "It is " + (i + 1) + "."));
        }
        return new Row.Chat(1, messages, null);
    }
}
