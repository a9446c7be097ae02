package io.attune.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Java program that runs in a process of its own. This class has the options of every JVM of Attune. The script
 * {@code attune} repeats them for the first JVM, because no Java runs before it.
 *
 * @param home home folder of the Java that runs the program
 * @param classPath absolute paths
 * @param mainClass full name of the main class
 * @param options additional options for the JVM
 */
public record JavaProgram(Path home, String classPath, String mainClass, List<String> options) {

    /** Java versions before this version do not ask for permission to call native code. */
    private static final int ASKS_FOR_NATIVE_ACCESS = 24;

    /** A main class of this program, with the same Java and the same class path. */
    public static JavaProgram ofThisOne(String mainClass, String... options) {
        return new JavaProgram(
                Path.of(System.getProperty("java.home")),
                absolute(System.getProperty("java.class.path")),
                mainClass,
                List.of(options));
    }

    JavaProgram withMain(String other) {
        return new JavaProgram(home, classPath, other, options);
    }

    JavaProgram withOptions(String... more) {
        List<String> all = Stream.concat(Stream.of(more), options.stream()).toList();
        return new JavaProgram(home, classPath, mainClass, all);
    }

    /** The command line. */
    public List<String> line(HeapSize heap, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                home.resolve("bin").resolve("java").toString(),
                heap.option(),
                "-XX:+UseSerialGC",
                // after a full heap a JVM is not reliable, and native code that gets an OutOfMemoryError aborts the
                // process
                "-XX:+ExitOnOutOfMemoryError",
                // DJL must not download anything
                "-Dai.djl.offline=true"));
        if (Runtime.version().feature() >= ASKS_FOR_NATIVE_ACCESS) {
            line.add("--enable-native-access=ALL-UNNAMED");
        }
        line.addAll(options);
        line.addAll(List.of("-cp", classPath, mainClass));
        line.addAll(List.of(arguments));
        return line;
    }

    /** Makes the paths absolute, because the process works in another folder. */
    private static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
