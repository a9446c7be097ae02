package io.attune.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Recognises the pickle files of PyTorch. A pickle is a program, not data. Attune refuses pickles and never reads
 * them.
 */
final class Pickles {

    private static final String WAY_OUT = "a pickle can run any program when it is loaded and is never read; "
            + "convert it to safetensors (transformers: save_pretrained(..., safe_serialization=True)) and import that";

    private Pickles() {}

    static void refuse(Path file) throws IOException {
        if (hasPickleName(file) || hasPickleStart(file)) {
            throw ModelFormatException.in(file, WAY_OUT);
        }
    }

    static void refuseIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> pickle =
                    files.filter(Pickles::hasPickleName).sorted().findFirst();
            if (pickle.isPresent()) {
                throw ModelFormatException.in(pickle.get(), WAY_OUT);
            }
        }
    }

    private static boolean hasPickleName(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.matches(".*\\.(bin|pt|pth|ckpt|pkl|pickle)");
    }

    /**
     * Whether the file begins like a zip archive (PyTorch since 1.6), or like a bare pickle (protocol byte and
     * version).
     */
    private static boolean hasPickleStart(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(4);
        }
        if (start.length < 4) {
            return false;
        }
        boolean zip = start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
        boolean bare = start[0] == (byte) 0x80
                && start[1] >= 2
                && start[1] <= 5
                && (start[2] == (byte) 0x8a || start[2] == '}' || start[2] == 'c');
        return zip || bare;
    }
}
