package io.attune.estimate;

/** The kind of device on which a trainer computes. */
public enum Kind {
    CPU("cpu"),
    CUDA("cuda");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
