package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.springframework.jdbc.core.simple.JdbcClient;

/** What has to be true of {@code jobs} jobs once all of them have succeeded, whoever ran them. */
record QueueCheck(JdbcClient jdbc, int jobs) {

    boolean over() {
        return count("job where finished_at is not null") == jobs;
    }

    void passes() {
        assertThat(count("job where status = 'succeeded'"))
                .as("jobs that succeeded")
                .isEqualTo(jobs);
        assertThat(count("attempt"))
                .as("attempts: a validation and a training each")
                .isEqualTo(2 * jobs);
        assertThat(
                        count(
                                "(select job from attempt where outcome = 'succeeded' group by job having count(*) = 1) as once"))
                .as("jobs with exactly one successful attempt")
                .isEqualTo(jobs);
        assertThat(
                        count(
                                "(select job from attempt where outcome = 'validated' group by job having count(*) = 1) as once"))
                .as("jobs that were validated once")
                .isEqualTo(jobs);
        assertThat(count("""
                        (select 1 from event join job on job.id = event.job group by job.id
                         having count(*) <> max(seq) or min(seq) <> 1 or max(seq) <> last_seq) as gaps""")).as("jobs whose events have gaps").isZero();
        for (String message : new String[] {
            "Files validated, moving job to queued state",
            "Fine-tuning job started",
            "The job has successfully completed"
        }) {
            assertThat(count("(select job from event where message = '" + message
                            + "' group by job having count(*) = 1) as once"))
                    .as(message + ": once in each job")
                    .isEqualTo(jobs);
            assertThat(count("event where message = '" + message + "'"))
                    .as(message)
                    .isEqualTo(jobs);
        }
        assertThat(count("tuned_model")).as("tuned models").isEqualTo(jobs);
        assertThat(count("file where purpose = 'fine-tune-results'"))
                .as("result files")
                .isEqualTo(2 * jobs);
        assertThat(count("checkpoint")).as("published checkpoints").isEqualTo(jobs);
    }

    private long count(String what) {
        return jdbc.sql("select count(*) from " + what).query(Long.class).single();
    }
}
