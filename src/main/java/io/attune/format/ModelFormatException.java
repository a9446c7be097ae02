package io.attune.format;

import java.nio.file.Path;

/** A model file that is damaged, or that holds something not built here. The message names file, place and way out. */
public final class ModelFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }

    static ModelFormatException in(Path file, String problem) {
        return new ModelFormatException(file + ": " + problem);
    }
}
