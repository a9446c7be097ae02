package io.attune.api;

/**
 * What a changing call is answered.
 *
 * @param body JSON
 * @param repeated whether it was answered before, and this is said again
 */
record RecordedAnswer(int status, byte[] body, boolean repeated) {

    /** Tells a client that asks for it that nothing was done this time. */
    static final String REPEATED = "attune-repeated";

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
