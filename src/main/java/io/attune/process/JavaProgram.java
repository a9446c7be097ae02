package io.attune.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Java program that runs in a process of its own. Here are the options that every JVM of Attune has. The script
 * {@code attune} repeats them for the first JVM, since no Java runs before it.
 *
 * @param home the Java that runs the program
 * @param classPath absolute
 * @param mainClass its full name
 * @param options of the JVM, beside those that every JVM has
 */
public record JavaProgram(Path home, String classPath, String mainClass, List<String> options) {

    /** Before this version the JVM does not ask for permission to call native code. */
    private static final int ASKS_FOR_NATIVE_ACCESS = 24;

    /** A main class of this program. It runs with the same Java and the same class path. */
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
                // a JVM without memory cannot be relied on, and native code that meets a full heap aborts the process
                "-XX:+ExitOnOutOfMemoryError",
                // DJL must not fetch anything
                "-Dai.djl.offline=true"));
        if (Runtime.version().feature() >= ASKS_FOR_NATIVE_ACCESS) {
            line.add("--enable-native-access=ALL-UNNAMED");
        }
        line.addAll(options);
        line.addAll(List.of("-cp", classPath, mainClass));
        line.addAll(List.of(arguments));
        return line;
    }

    /** The process works in another folder, where a relative path would lead elsewhere. */
    private static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
