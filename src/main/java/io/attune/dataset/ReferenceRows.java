package io.attune.dataset;

import java.util.List;

/** The rows whose loss a reloaded artifact has to give: all validation rows, else the first training rows. */
public final class ReferenceRows {

    /** Training rows where there are no validation rows. */
    public static final int TRAINING_ROWS = 16;

    private ReferenceRows() {}

    public static <T> List<T> of(List<T> training, List<T> validation) {
        return validation.isEmpty() ? training.subList(0, Math.min(TRAINING_ROWS, training.size())) : validation;
    }
}
