package io.attune.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processes of this machine, as /proc tells of them. */
final class Processes {

    private static final Pattern WORK_FOLDER = Pattern.compile("/attempts/([^/\0]+)-(\\d+)/");

    private Processes() {}

    /** @param attempt number of the job's attempt it works for */
    record Trainer(ProcessHandle process, String job, int attempt) {}

    /** Living trainers of a data folder. */
    static List<Trainer> trainers(Path data) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> trainer(process, data).stream())
                .toList();
    }

    private static Optional<Trainer> trainer(ProcessHandle process, Path data) {
        String line = text(process, "cmdline");
        if (!line.contains("TrainerMain") || !line.contains(data + "/attempts/") || line.startsWith("/bin/sh")) {
            return Optional.empty();
        }
        Matcher matcher = WORK_FOLDER.matcher(line);
        return matcher.find()
                ? Optional.of(new Trainer(process, matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** What still runs and has to do with a folder: by command line, program or environment. */
    static List<String> of(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> text(process, "cmdline").contains(folder.toString())
                        || text(process, "environ").contains(folder.toString())
                        || process.info().command().orElse("").contains(folder.toString()))
                .map(process -> process.pid() + " "
                        + text(process, "cmdline").replace('\0', ' ').replaceAll("-cp \\S+ ", ""))
                .filter(line -> line.contains(" "))
                .toList();
    }

    static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static String text(ProcessHandle process, String file) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc/" + process.pid() + "/" + file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }
}
