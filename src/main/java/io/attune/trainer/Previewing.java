package io.attune.trainer;

import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.dataset.RowKind;
import io.attune.dataset.RowReader;
import io.attune.dataset.SeenRows;
import io.attune.format.ModelConfig;
import io.attune.text.TokenRow;
import io.attune.text.TokenSequence;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerMessage.FileReport;
import io.attune.trainer.message.TrainerMessage.PreviewedRow;
import io.attune.trainer.message.TrainerMessage.PreviewedSequence;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Mode {@code preview}: shows the tokens of rows. Reads each row as validation and training do. */
final class Previewing {

    /** Tokens of a whole preview. The row that reaches this number is the last. */
    private static final int MOST_TOKENS = 200_000;

    private final TrainerSpec.Preview spec;
    private final Heartbeat heartbeat;

    Previewing(TrainerSpec.Preview spec, Heartbeat heartbeat) {
        this.spec = spec;
        this.heartbeat = heartbeat;
    }

    TrainerMessage.Previewed run() throws IOException {
        TrainerSpec.Data data = spec.data();
        Excerpt excerpt = Excerpt.read(data.training(), spec.line(), spec.rows());
        if (excerpt.lines().isEmpty()) {
            throw new TrainerException(
                    TrainerMessage.Failed.NO_SUCH_ROW,
                    spec.line() == 0 ? "The file has no row." : "The file has no row in line " + spec.line() + ".");
        }
        DatasetCheck check = RowReader.check(excerpt.stream());
        try (ModelText text = ModelText.open(spec.model(), ModelConfig.read(spec.model()), data.chat())) {
            List<PreviewedRow> rows = new ArrayList<>();
            long tokens = 0;
            for (Excerpt.Line line : excerpt.lines()) {
                if (tokens >= MOST_TOKENS) {
                    return new TrainerMessage.Previewed(rows, true);
                }
                PreviewedRow row = row(line, check, text);
                rows.add(row);
                tokens +=
                        row.sequences().stream().mapToLong(s -> s.ids().length).sum();
            }
            return new TrainerMessage.Previewed(rows, excerpt.more());
        }
    }

    private PreviewedRow row(Excerpt.Line line, DatasetCheck check, ModelText text) throws IOException {
        List<Finding> structure = check.findings().stream()
                .filter(finding -> finding.line() == line.number())
                .toList();
        if (!structure.isEmpty()) {
            return new PreviewedRow(line.number(), kind(line), 0, false, false, List.of(), structure, List.of());
        }
        TokenisedFile read;
        try (InputStream in = line.stream()) {
            FileBudget budget = FileBudget.ofWork(line.bytes().length);
            read = TokenisedFile.read(in, text, spec.hyperparameters(), new SeenRows(), budget, heartbeat);
        }
        FileReport report = read.report();
        boolean dropped = report.droppedRows() > 0;
        return new PreviewedRow(
                line.number(),
                kind(line),
                report.lengths() == null ? 0 : report.lengths().max(),
                report.truncatedRows() > 0,
                dropped,
                TokenRow.sequences(read.rows()).stream()
                        .map(sequence -> sequence(sequence, text))
                        .toList(),
                dropped ? List.of() : report.findings(), // for one row, "no row is left" would say nothing new
                report.warnings());
    }

    /** Returns the row's own kind. It may differ from the kind of the file's first row. */
    private static String kind(Excerpt.Line line) throws IOException {
        try (InputStream in = line.stream()) {
            RowKind kind = RowReader.check(in).kind();
            return kind == null ? null : kind.name().toLowerCase(Locale.ROOT);
        }
    }

    private static PreviewedSequence sequence(TokenSequence sequence, ModelText text) {
        return new PreviewedSequence(
                sequence.length(), sequence.targets(), Pieces.of(sequence, text::decodeAll), sequence.ids());
    }
}
