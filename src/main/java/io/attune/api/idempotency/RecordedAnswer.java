package io.attune.api.idempotency;

/**
 * The answer to a changing call.
 *
 * @param body JSON
 * @param repeated whether the service gave this answer to an earlier call, and gives it again
 */
record RecordedAnswer(int status, byte[] body, boolean repeated) {

    /** Header that tells a client: this call changed nothing, because an earlier call already did. */
    static final String REPEATED = "attune-repeated";

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
