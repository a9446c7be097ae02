package io.attune.worker.attempt;

import io.attune.job.Metric;
import java.util.List;

/**
 * The results file of a job, with OpenAI's columns. Each row is a step; step 0 is an evaluation before the first
 * step. A value that was not computed is empty. The last row also has the loss on all validation rows after the
 * training, if there are validation rows.
 */
final class ResultsCsv {

    private static final String HEADER =
            "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy\n";

    private ResultsCsv() {}

    /** @param finalValidLoss loss of the artifact on all validation rows; null without validation rows */
    static String of(List<Metric> metrics, Double finalValidLoss) {
        StringBuilder csv = new StringBuilder(HEADER);
        for (int i = 0; i < metrics.size(); i++) {
            Metric metric = metrics.get(i);
            boolean last = i == metrics.size() - 1;
            csv.append(metric.step());
            cell(csv, metric.trainLoss());
            cell(csv, metric.trainMeanTokenAccuracy());
            cell(csv, metric.validLoss());
            cell(csv, metric.validMeanTokenAccuracy());
            cell(csv, last ? finalValidLoss : null);
            cell(csv, last && finalValidLoss != null ? metric.validMeanTokenAccuracy() : null);
            csv.append('\n');
        }
        return csv.toString();
    }

    private static void cell(StringBuilder csv, Double value) {
        csv.append(',');
        if (value != null) {
            csv.append(value.doubleValue());
        }
    }
}
