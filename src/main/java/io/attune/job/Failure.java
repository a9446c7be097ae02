package io.attune.job;

/**
 * The reason why a job failed. The API shows it as {@code error}.
 *
 * @param code for programs
 * @param message a sentence for people
 * @param param the field of the job that caused the failure, or null
 */
public record Failure(String code, String message, String param) {

    public Failure {
        message = JobJson.withoutNul(message); // it may come from a trainer; PostgreSQL cannot store NUL
    }

    public Failure(String code, String message) {
        this(code, message, null);
    }
}
