package io.attune.worker;

import io.attune.dataset.Finding;
import io.attune.job.Attempt;
import io.attune.job.AttemptEnd;
import io.attune.job.Failure;
import io.attune.job.FineTuningJob;
import io.attune.job.JobSettings;
import io.attune.job.NewEvent;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerMessage.FileReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads what a trainer has to say of a job's files. */
final class ValidationAttempt {

    private static final int FEW_ROWS = 10;
    private static final int SHOWN_FINDINGS = 10;

    private final AttemptEnd end;

    ValidationAttempt(AttemptEnd end) {
        this.end = end;
    }

    /** Ends the attempt by the trainer's last word. */
    void finish(Attempt attempt, FineTuningJob job, JobSettings resolved, TrainerMessage last, LeaseKeeper lease)
            throws TrainerDiedException, InterruptedException {
        if (last instanceof TrainerMessage.Validated validated) {
            Failure failure = failure(job, validated);
            if (failure != null) {
                lease.persistEnd(() -> end.failed(attempt, failure));
            } else {
                List<NewEvent> news = news(job, validated);
                lease.persistEnd(() -> end.validated(attempt, resolved, news));
            }
        } else if (last instanceof TrainerMessage.Failed failed) {
            lease.persistEnd(() -> end.failed(attempt, new Failure(failed.code(), failed.problem(), null)));
        } else if (last instanceof TrainerMessage.Stopped) {
            lease.persistEnd(() -> end.stopped(attempt));
        } else {
            throw new TrainerDiedException("It said something that is no end of a validation.");
        }
    }

    private static Failure failure(FineTuningJob job, TrainerMessage.Validated validated) {
        Failure training = failure("training_file", job.trainingFile(), validated.training());
        if (training != null || validated.validation() == null) {
            return training;
        }
        return failure("validation_file", job.validationFile(), validated.validation());
    }

    private static Failure failure(String param, String file, FileReport report) {
        if (report.findings().isEmpty()) {
            return null;
        }
        String shown = report.findings().stream()
                .limit(SHOWN_FINDINGS)
                .map(ValidationAttempt::sentence)
                .collect(Collectors.joining(" "));
        int more = Math.max(0, report.findings().size() - SHOWN_FINDINGS) + report.moreFindings();
        return new Failure(
                "invalid_" + param,
                "The file " + file + " cannot be used. " + shown + (more == 0 ? "" : " And " + more + " more."),
                param);
    }

    private static String sentence(Finding finding) {
        return "Line " + finding.line() + (finding.field().isEmpty() ? "" : ", " + finding.field()) + ": "
                + finding.problem();
    }

    private static List<NewEvent> news(FineTuningJob job, TrainerMessage.Validated validated) {
        List<NewEvent> news = new ArrayList<>();
        tell(news, "Training file", job.trainingFile(), validated.training());
        if (validated.validation() != null) {
            tell(news, "Validation file", job.validationFile(), validated.validation());
        }
        if (validated.training().rows() < FEW_ROWS) {
            news.add(NewEvent.warning("The training file has fewer than " + FEW_ROWS
                    + " rows; a model can hardly learn from so few, and will rather repeat them."));
        }
        return news;
    }

    private static void tell(List<NewEvent> news, String what, String file, FileReport report) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("file", file);
        data.put("rows", report.rows());
        data.put("tokens", report.tokens());
        data.put("target_tokens", report.targetTokens());
        data.put("longest_row", report.longestRow());
        data.put("truncated_rows", report.truncatedRows());
        data.put("dropped_rows", report.droppedRows());
        news.add(NewEvent.info(
                what + " " + file + ": " + report.rows() + " rows, " + report.tokens() + " tokens, of which "
                        + report.targetTokens() + " are trained on; the longest row has " + report.longestRow()
                        + " tokens",
                data));
        if (report.truncatedRows() > 0) {
            news.add(NewEvent.warning(
                    what + " " + file + ": " + report.truncatedRows() + " rows are cut to max_length"));
        }
        if (report.droppedRows() > 0) {
            news.add(NewEvent.warning(what + " " + file + ": " + report.droppedRows()
                    + " rows are left out, since they are over max_length"));
        }
    }
}
