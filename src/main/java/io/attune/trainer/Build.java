package io.attune.trainer;

import io.attune.checksum.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * Computes the checksum of the code that trains. The checksum is the same for a jar and for a folder of classes.
 * Other parts of the program do not change it.
 */
final class Build {

    private static final List<String> TRAINS = List.of(
            "io/attune/architecture/",
            "io/attune/dataset/",
            "io/attune/setting/",
            "io/attune/format/",
            "io/attune/model/",
            "io/attune/text/",
            "io/attune/trainer/");

    private Build() {}

    static String checksum() {
        try {
            URI place = Build.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return checksum(Path.of(place));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program's place has no path", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own code cannot be read", e);
        }
    }

    /** @param place a jar or a folder of classes */
    static String checksum(Path place) throws IOException {
        Map<String, Long> checksums = Files.isDirectory(place) ? ofFolder(place) : ofJar(place);
        StringBuilder all = new StringBuilder();
        checksums.forEach((name, checksum) ->
                all.append(name).append(' ').append(checksum).append('\n'));
        return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    private static Map<String, Long> ofFolder(Path folder) throws IOException {
        Map<String, Long> checksums = new TreeMap<>();
        for (String part : TRAINS) {
            try (Stream<Path> files = Files.walk(folder.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    CRC32 crc = new CRC32();
                    crc.update(Files.readAllBytes(file));
                    checksums.put(folder.relativize(file).toString().replace('\\', '/'), crc.getValue());
                }
            }
        }
        return checksums;
    }

    private static Map<String, Long> ofJar(Path jar) throws IOException {
        Map<String, Long> checksums = new TreeMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .filter(entry -> TRAINS.stream().anyMatch(entry.getName()::startsWith))
                    .forEach(entry -> checksums.put(entry.getName(), entry.getCrc()));
        }
        return checksums;
    }
}
