package io.attune.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends the first 16 MiB of a process's output to a file. */
public record LogFile(Path file) implements NativeProcess.Printed {

    private static final long LONGEST = 16L << 20;
    private static final int BUFFER = 8192;

    @Override
    public void take(InputStream printed) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[BUFFER];
            long left = LONGEST;
            for (int n = printed.read(buffer); n >= 0; n = printed.read(buffer)) {
                if (left > 0) {
                    out.write(buffer, 0, (int) Math.min(n, left));
                    if (n >= left) {
                        out.write("\n[the rest of the log was left out]\n".getBytes(StandardCharsets.UTF_8));
                    }
                }
                left -= n;
            }
        }
    }
}
