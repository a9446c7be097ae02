package io.attune.trainer;

import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.dataset.Row;
import io.attune.dataset.RowLengths;
import io.attune.dataset.RowReader;
import io.attune.dataset.RowSizes;
import io.attune.dataset.SeenRows;
import io.attune.text.RowEncoder;
import io.attune.text.TokenRow;
import io.attune.text.UnencodableRowException;
import io.attune.trainer.message.TrainerMessage.FileReport;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JSONL file as token rows, every row counted: kept, cut, dropped, or found to be unusable.
 *
 * @param rows those that train, in the order of the file
 * @param prompts of the first few rows, for samples
 */
record TokenisedFile(List<TokenRow> rows, List<List<ChatTurn>> prompts, FileReport report) {

    private static final int MAX_PROMPTS = 16;

    /**
     * @param maxLength longest row in tokens
     * @param overlongRows what becomes of longer ones: {@code fail}, {@code truncate} or {@code drop}
     */
    static TokenisedFile read(Path file, RowEncoder encoder, int maxLength, String overlongRows, Heartbeat heartbeat)
            throws IOException {
        return read(file, encoder, maxLength, overlongRows, new SeenRows(), heartbeat);
    }

    /** As {@link #read(Path, RowEncoder, int, String, Heartbeat)}, and shows every row to {@code seen}, which is new. */
    static TokenisedFile read(
            Path file, RowEncoder encoder, int maxLength, String overlongRows, SeenRows seen, Heartbeat heartbeat)
            throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in, encoder, maxLength, overlongRows, seen, heartbeat);
        }
    }

    /** As above, of a file's bytes. */
    static TokenisedFile read(
            InputStream in, RowEncoder encoder, int maxLength, String overlongRows, SeenRows seen, Heartbeat heartbeat)
            throws IOException {
        Reading reading = new Reading(encoder, maxLength, overlongRows, seen, heartbeat);
        return reading.result(RowReader.read(in, reading::add));
    }

    /** This file, if it can be trained on. */
    TokenisedFile orFail(String name) {
        if (report.findings().isEmpty()) {
            return this;
        }
        Finding first = report.findings().get(0);
        throw new TrainerException(
                "invalid_training_file",
                "The " + name + " has " + (report.findings().size() + report.moreFindings())
                        + " problems; the first, in line " + first.line() + ": " + first.problem());
    }

    private static final class Reading {

        private final RowEncoder encoder;
        private final int maxLength;
        private final String overlongRows;
        private final SeenRows seen;
        private final Heartbeat heartbeat;
        private final List<TokenRow> rows = new ArrayList<>();
        private final List<List<ChatTurn>> prompts = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private int moreFindings;
        private int[] lengths = new int[1024];
        private int tokenised;
        private int truncated;
        private int dropped;

        Reading(RowEncoder encoder, int maxLength, String overlongRows, SeenRows seen, Heartbeat heartbeat) {
            this.encoder = encoder;
            this.maxLength = maxLength;
            this.overlongRows = overlongRows;
            this.seen = seen;
            this.heartbeat = heartbeat;
        }

        void add(Row row) {
            heartbeat.beat();
            seen.add(row);
            TokenRow tokens;
            try {
                tokens = encoder.encode(row);
            } catch (UnencodableRowException e) {
                report(e.finding());
                return;
            }
            if (tokenised == lengths.length) {
                lengths = Arrays.copyOf(lengths, 2 * tokenised);
            }
            lengths[tokenised++] = tokens.length();
            if (tokens.length() > maxLength) {
                switch (overlongRows) {
                    case "truncate" -> truncated++;
                    case "drop" -> {
                        dropped++;
                        return;
                    }
                    default -> {
                        report(new Finding(
                                row.line(),
                                "",
                                "This row has " + tokens.length() + " tokens, more than max_length = " + maxLength
                                        + ". Shorten it, raise max_length, or set overlong_rows to truncate or drop."));
                        return;
                    }
                }
            }
            TokenRow kept = tokens.truncate(maxLength);
            if (kept.targets() == 0) {
                report(new Finding(
                        row.line(),
                        "",
                        "Nothing is left to train on in this row"
                                + (kept == tokens ? "." : " once it is cut to " + maxLength + " tokens.")));
                return;
            }
            rows.add(kept);
            if (prompts.size() < MAX_PROMPTS) {
                prompts.add(ModelText.promptOf(row));
            }
        }

        private void report(Finding finding) {
            if (findings.size() < RowReader.MAX_FINDINGS) {
                findings.add(finding);
            } else {
                moreFindings++;
            }
        }

        TokenisedFile result(DatasetCheck structure) {
            structure.findings().forEach(this::report);
            moreFindings += structure.moreFindings();
            if (rows.isEmpty() && findings.isEmpty()) {
                report(new Finding(
                        1,
                        "",
                        "No row is left to train on: all " + dropped + " were longer than max_length = " + maxLength
                                + " and dropped."));
            }
            FileReport report = new FileReport(
                    rows.size(),
                    rows.size(),
                    rows.stream().mapToLong(TokenRow::length).sum(),
                    rows.stream().mapToLong(TokenRow::targets).sum(),
                    RowLengths.of(Arrays.copyOf(lengths, tokenised)),
                    sizes(),
                    truncated,
                    dropped,
                    seen.duplicates(),
                    0,
                    0,
                    List.copyOf(findings),
                    moreFindings,
                    List.of(),
                    0);
            return new TokenisedFile(List.copyOf(rows), List.copyOf(prompts), report);
        }

        private RowSizes sizes() {
            if (rows.isEmpty()) {
                return null;
            }
            int[] first = rows.get(0).ids();
            int common = first.length;
            long targets = 0;
            for (TokenRow row : rows) {
                int end = Math.min(common, row.length());
                int mismatch = Arrays.mismatch(first, 0, end, row.ids(), 0, end);
                common = mismatch < 0 ? end : mismatch;
                targets += row.targets();
            }
            return RowSizes.of(rows.stream().mapToInt(TokenRow::length).toArray(), targets, common);
        }
    }
}
