package io.attune.trainer;

import static io.attune.setting.Hyperparameters.MAX_LENGTH;
import static io.attune.setting.Hyperparameters.OVERLONG_ROWS;

import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.dataset.Findings;
import io.attune.dataset.Row;
import io.attune.dataset.RowLengths;
import io.attune.dataset.RowReader;
import io.attune.dataset.RowSizes;
import io.attune.dataset.SeenRows;
import io.attune.setting.Hyperparameters;
import io.attune.text.EncodedRow;
import io.attune.text.RowEncoder;
import io.attune.text.TokenRow;
import io.attune.text.TokenSequence;
import io.attune.text.UnencodableRowException;
import io.attune.trainer.message.TrainerMessage.FileReport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JSONL file as token rows. Counts every row: kept, cut, dropped, or unusable.
 *
 * @param rows the rows that train, in the order of the file
 * @param prompts prompts of the first few rows, for samples
 */
record TokenisedFile(List<TokenRow> rows, List<Prompt> prompts, FileReport report) {

    private static final int MAX_PROMPTS = 16;

    /** @param settings {@code max_length}, and {@code overlong_rows} for what becomes of longer rows */
    static TokenisedFile read(Path file, ModelText text, Hyperparameters settings, Heartbeat heartbeat)
            throws IOException {
        FileBudget budget = FileBudget.ofWork(Files.size(file));
        return read(file, text, settings, new SeenRows(), budget, heartbeat);
    }

    /**
     * As {@link #read(Path, ModelText, Hyperparameters, Heartbeat)}, and shows every row to {@code seen}, which is
     * new. What comes after the row that the budget ends with is read for its structure alone.
     */
    static TokenisedFile read(
            Path file, ModelText text, Hyperparameters settings, SeenRows seen, FileBudget budget, Heartbeat heartbeat)
            throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in, text, settings, seen, budget, heartbeat);
        }
    }

    /** As above, of a file's bytes. */
    static TokenisedFile read(
            InputStream in,
            ModelText text,
            Hyperparameters settings,
            SeenRows seen,
            FileBudget budget,
            Heartbeat heartbeat)
            throws IOException {
        Reading reading = new Reading(text, settings, seen, budget, heartbeat);
        return reading.result(RowReader.read(in, reading::add));
    }

    /** Returns this file, or fails if the file cannot be trained on. */
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

        private final ModelText text;
        private final RowEncoder encoder;
        private final int maxLength;
        private final String overlongRows;
        private final SeenRows seen;
        private final FileBudget budget;
        private final Heartbeat heartbeat;
        private final List<TokenRow> rows = new ArrayList<>();
        private final List<Prompt> prompts = new ArrayList<>();
        private final Findings findings = new Findings();
        private final Findings warnings = new Findings();
        private int controlTokenRows;
        private int mergedBorders;
        private int[] lengths = new int[1024];
        private int tokenised;
        private int truncated;
        private int dropped;
        private boolean spent;

        Reading(ModelText text, Hyperparameters settings, SeenRows seen, FileBudget budget, Heartbeat heartbeat) {
            this.text = text;
            this.maxLength = settings.get(MAX_LENGTH);
            this.overlongRows = settings.get(OVERLONG_ROWS);
            this.encoder = text.encoder(maxLength);
            this.seen = seen;
            this.budget = budget;
            this.heartbeat = heartbeat;
        }

        void add(Row row) {
            heartbeat.beat();
            if (spent) {
                return;
            }
            encode(row);
            spent = budget.isSpent(encoder.work());
            if (spent) {
                findings.add(new Finding(
                        row.line(),
                        "",
                        "The rows up to this one take more work than a file of this size may take. The rows after it"
                                + " were not looked at. Split conversations of many turns into several rows."));
            }
        }

        private void encode(Row row) {
            seen.add(row);
            EncodedRow encoded;
            try {
                encoded = encoder.encode(row);
            } catch (UnencodableRowException e) {
                findings.add(e.finding());
                return;
            }
            TokenRow tokens = encoded.tokens();
            if (tokenised == lengths.length) {
                lengths = Arrays.copyOf(lengths, 2 * tokenised);
            }
            lengths[tokenised++] = tokens.length();
            if (!encoded.whole() || tokens.length() > maxLength) {
                switch (overlongRows) {
                    case "truncate" -> truncated++;
                    case "drop" -> {
                        dropped++;
                        return;
                    }
                    default -> {
                        findings.add(new Finding(
                                row.line(),
                                "",
                                "This row has " + (encoded.whole() ? "" : "at least ") + tokens.length()
                                        + " tokens, more than max_length = " + maxLength
                                        + ". Shorten it, raise max_length, or set overlong_rows to truncate or drop."));
                        return;
                    }
                }
            }
            TokenRow kept = tokens.truncate(maxLength);
            if (kept.targets() == 0) {
                findings.add(new Finding(
                        row.line(),
                        "",
                        "Nothing is left to train on in this row" + " once it is cut to " + maxLength + " tokens."));
                return;
            }
            rows.add(kept);
            warnings.addAll(encoded.warnings());
            controlTokenRows += encoded.controlTokens() ? 1 : 0;
            mergedBorders += encoded.mergedBorders();
            if (prompts.size() < MAX_PROMPTS) {
                prompts.add(Prompt.of(row, kept, text));
            }
        }

        TokenisedFile result(DatasetCheck structure) {
            findings.addAll(structure.findings());
            findings.addMore(structure.moreFindings());
            if (rows.isEmpty() && findings.first().isEmpty()) {
                findings.add(new Finding(
                        1,
                        "",
                        "No row is left to train on: all " + dropped + " were longer than max_length = " + maxLength
                                + " and dropped."));
            }
            FileReport report = new FileReport(
                    rows.size(),
                    rows.stream().mapToInt(row -> row.sequences().size()).sum(),
                    rows.stream().mapToLong(TokenRow::tokens).sum(),
                    rows.stream().mapToLong(TokenRow::targets).sum(),
                    RowLengths.of(Arrays.copyOf(lengths, tokenised)),
                    sizes(),
                    truncated,
                    dropped,
                    seen.duplicates(),
                    controlTokenRows,
                    mergedBorders,
                    findings.first(),
                    findings.more(),
                    warnings.first(),
                    warnings.more());
            return new TokenisedFile(List.copyOf(rows), List.copyOf(prompts), report);
        }

        private RowSizes sizes() {
            if (rows.isEmpty()) {
                return null;
            }
            List<TokenSequence> sequences = TokenRow.sequences(rows);
            int[] first = sequences.get(0).ids();
            int common = first.length;
            long targets = 0;
            for (TokenSequence sequence : sequences) {
                int end = Math.min(common, sequence.length());
                int mismatch = Arrays.mismatch(first, 0, end, sequence.ids(), 0, end);
                common = mismatch < 0 ? end : mismatch;
                targets += sequence.targets();
            }
            return RowSizes.of(
                    rows.size(),
                    rows.stream().mapToInt(row -> row.sequences().size()).max().orElseThrow(),
                    sequences.stream().mapToInt(TokenSequence::length).toArray(),
                    targets,
                    common);
        }
    }
}
