package io.attune.worker;

import io.attune.job.Setback;

/** Something came in an attempt's way of which it is known what it means. */
final class SetbackException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Setback setback;

    SetbackException(Setback setback) {
        super(setback.sentence(), null, false, false);
        this.setback = setback;
    }

    Setback setback() {
        return setback;
    }
}
