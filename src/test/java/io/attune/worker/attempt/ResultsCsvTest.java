package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.job.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsCsvTest {

    @Test
    void theLastRowHasTheLossOnAllValidationRows() {
        assertThat(ResultsCsv.of(List.of(metric(0, null, 3.0), metric(1, 2.5, null), metric(2, 2.0, 1.75)), 1.75))
                .isEqualTo("""
                        step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy
                        0,,,3.0,0.5,,
                        1,2.5,0.5,,,,
                        2,2.0,0.5,1.75,0.5,1.75,0.5
                        """);
    }

    @Test
    void withoutAValidationFileNothingIsSaidAboutIt() {
        assertThat(ResultsCsv.of(List.of(metric(1, 2.5, null)), null)).endsWith("\n1,2.5,0.5,,,,\n");
    }

    private static Metric metric(int step, Double trainLoss, Double validLoss) {
        return new Metric(
                step,
                2,
                trainLoss,
                trainLoss == null ? null : 0.5,
                null,
                null,
                null,
                null,
                null,
                validLoss,
                validLoss == null ? null : 0.5);
    }
}
