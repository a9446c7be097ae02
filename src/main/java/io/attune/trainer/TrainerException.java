package io.attune.trainer;

/** Ends the process with a {@code failed} message. Has a code for programs and a sentence for people. */
final class TrainerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    TrainerException(String code, String problem) {
        super(problem);
        this.code = code;
    }

    String code() {
        return code;
    }
}
