package io.attune.job;

/**
 * Why a job failed, as its {@code error} says it.
 *
 * @param code for programs
 * @param message a sentence for people
 * @param param the field of the job that is at fault, or null
 */
public record Failure(String code, String message, String param) {

    public Failure {
        message = JobJson.withoutNul(message); // it may be a trainer's, and goes into the database
    }

    public Failure(String code, String message) {
        this(code, message, null);
    }
}
