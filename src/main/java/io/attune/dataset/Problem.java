package io.attune.dataset;

/** Ends the reading of a row; becomes a {@link Finding} of the row's line. */
final class Problem extends Exception {

    private static final long serialVersionUID = 1L;

    private final String field;

    Problem(String field, String problem) {
        super(problem, null, false, false);
        this.field = field;
    }

    String field() {
        return field;
    }
}
