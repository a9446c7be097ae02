package io.attune.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The class path of the services: this program's own, packed into a jar where it is a folder, as shared class data wants it. */
final class ClassPath {

    private ClassPath() {}

    static String packedInto(Path folder) throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part).toAbsolutePath();
            if (!Files.isDirectory(path)) {
                parts.add(path.toString());
            } else if (Files.exists(path.resolve("io/attune/AttuneApplication.class"))) { // not the tests
                Path jar = folder.resolve("attune.jar");
                pack(path, jar);
                parts.add(0, jar.toString());
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(file -> !file.equals(classes)).toList()) {
                boolean isFolder = Files.isDirectory(file);
                out.putNextEntry(new JarEntry(classes.relativize(file) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(file, out);
                }
                out.closeEntry();
            }
        }
    }
}
