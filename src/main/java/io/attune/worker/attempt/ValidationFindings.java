package io.attune.worker.attempt;

import io.attune.catalog.BaseModel;
import io.attune.dataset.Finding;
import io.attune.dataset.RepeatedRows.Repeat;
import io.attune.job.Failure;
import io.attune.job.ValidationReport;
import io.attune.job.ValidationReport.CheckedFile;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.event.NewEvent;
import io.attune.setting.TrainingSettings;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerMessage.FileReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Converts the file reports of a trainer into the end of a validation attempt. */
final class ValidationFindings {

    private static final int FEW_ROWS = 10;
    private static final int SHOWN_FINDINGS = 10;

    private ValidationFindings() {}

    static AttemptEnd end(
            ClaimedJob job, TrainingSettings resolved, BaseModel model, TrainerMessage.Validated validated) {
        ValidationReport report = report(job, validated);
        List<NewEvent> news = news(report);
        if (!report.passed()) {
            return new AttemptEnd.Rejected(report, news, failure(report));
        }
        return new AttemptEnd.Validated(resolved, report, TrainingSizes.of(model, resolved, validated), news);
    }

    private static ValidationReport report(ClaimedJob job, TrainerMessage.Validated validated) {
        return new ValidationReport(
                file(job.training().file(), validated.training()),
                validated.validation() == null ? null : file(job.validation().file(), validated.validation()),
                validated.overlap());
    }

    private static CheckedFile file(String id, FileReport report) {
        return new CheckedFile(
                id,
                report.rows(),
                report.sequences(),
                report.tokens(),
                report.targetTokens(),
                report.lengths(),
                report.truncatedRows(),
                report.droppedRows(),
                report.duplicates(),
                report.controlTokenRows(),
                report.mergedBorders(),
                report.findings(),
                report.moreFindings(),
                report.warnings(),
                report.moreWarnings());
    }

    private static Failure failure(ValidationReport report) {
        return report.trainingFile().findings().isEmpty()
                ? failure("validation_file", report.validationFile())
                : failure("training_file", report.trainingFile());
    }

    private static Failure failure(String param, CheckedFile file) {
        String shown = file.findings().stream()
                .limit(SHOWN_FINDINGS)
                .map(ValidationFindings::sentence)
                .collect(Collectors.joining(" "));
        int more = Math.max(0, file.findings().size() - SHOWN_FINDINGS) + file.moreFindings();
        return new Failure(
                "invalid_" + param,
                "The file " + file.id() + " cannot be used. " + shown
                        + (more == 0 ? "" : " And " + more + " more: the job's validation lists the first 50."),
                param);
    }

    private static String sentence(Finding finding) {
        return "Line " + finding.line() + (finding.field().isEmpty() ? "" : ", " + finding.field()) + ": "
                + finding.problem();
    }

    /** The report as one event, and a warning for each possible problem with which the job can continue. */
    private static List<NewEvent> news(ValidationReport report) {
        List<NewEvent> news = new ArrayList<>();
        CheckedFile training = report.trainingFile();
        CheckedFile validation = report.validationFile();
        news.add(NewEvent.info(
                "Training file " + summary(training)
                        + (validation == null ? "" : "; validation file " + summary(validation)),
                report));
        warn(news, "training file", training);
        if (training.passed() && training.rows() < FEW_ROWS) {
            news.add(NewEvent.warning("The training file has fewer than " + FEW_ROWS
                    + " rows; a model can hardly learn from so few, and will rather repeat them."));
        }
        if (validation != null) {
            warn(news, "validation file", validation);
        }
        if (report.overlap() != null && report.overlap().count() > 0) {
            Repeat first = report.overlap().lines().get(0);
            news.add(
                    NewEvent.warning(
                            rows(report.overlap().count()) + " of the validation file "
                                    + (report.overlap().count() == 1 ? "stands" : "stand")
                                    + " in the training file too, the first in line " + first.line() + " (line "
                                    + first.sameAs()
                                    + " there): the validation loss looks better than it is. Remove what is in both from one of the files."));
        }
        return news;
    }

    private static String summary(CheckedFile file) {
        int findings = file.findings().size() + file.moreFindings();
        return file.id() + ": " + rows(file.rows()) + ", " + file.tokens() + " tokens, of which "
                + file.targetTokens() + " are trained on"
                + (file.tokensPerRow() == null
                        ? ""
                        : "; the longest row has " + file.tokensPerRow().max() + " tokens")
                + (findings == 0 ? "" : "; " + findings + (findings == 1 ? " finding" : " findings"));
    }

    private static void warn(List<NewEvent> news, String what, CheckedFile file) {
        if (!file.warnings().isEmpty()) {
            int count = file.warnings().size() + file.moreWarnings();
            news.add(NewEvent.warning(
                    "The " + what + " has " + count + (count == 1 ? " warning. " : " warnings. The first: ")
                            + sentence(file.warnings().get(0))
                            + (count == 1 ? "" : " The job's validation lists the first 50.")));
        }
        if (file.truncatedRows() > 0) {
            news.add(NewEvent.warning(rows(file.truncatedRows()) + " of the " + what
                    + (file.truncatedRows() == 1 ? " is" : " are")
                    + " cut to max_length. Raise max_length or shorten what is too long, if the end matters."));
        }
        if (file.droppedRows() > 0) {
            news.add(NewEvent.warning(rows(file.droppedRows()) + " of the " + what
                    + (file.droppedRows() == 1 ? " is" : " are")
                    + " left out, being longer than max_length. Raise max_length or shorten what is too long."));
        }
        if (file.duplicateRows().count() > 0) {
            Repeat first = file.duplicateRows().lines().get(0);
            news.add(NewEvent.warning(rows(file.duplicateRows().count()) + " of the " + what
                    + (file.duplicateRows().count() == 1 ? " says" : " say")
                    + " the same as an earlier one, the first in line " + first.line() + " (as line "
                    + first.sameAs() + "): such rows weigh double. Remove them, unless that is wanted."));
        }
    }

    private static String rows(int count) {
        return count + (count == 1 ? " row" : " rows");
    }
}
