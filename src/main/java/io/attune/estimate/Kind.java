package io.attune.estimate;

/** What a trainer computes on. */
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
