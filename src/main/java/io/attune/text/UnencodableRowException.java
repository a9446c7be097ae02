package io.attune.text;

import io.attune.dataset.Finding;

/** A row without a certain encoding as tokens and targets. {@link #finding()} gives the reason. */
public final class UnencodableRowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Finding finding;

    UnencodableRowException(Finding finding) {
        super("Line " + finding.line() + ": " + finding.problem());
        this.finding = finding;
    }

    public Finding finding() {
        return finding;
    }
}
