package io.attune.format;

import java.nio.file.Path;

/**
 * Reports a damaged model file, or a feature of a model file that Attune does not support. The message names file,
 * place and way out.
 */
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
