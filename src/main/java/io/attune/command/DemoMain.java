package io.attune.command;

import io.attune.disk.Trees;
import io.attune.tales.DemoData;
import io.attune.tales.DemoData.HeldOut;
import io.attune.tales.RimeLexicon;
import io.attune.tales.VerseJudge;
import io.attune.tales.VerseJudge.Answer;
import io.attune.tales.VerseJudge.Report;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Runs {@code demo [--once]}. The demo starts its own service. It teaches the bundled model to tell its stories in
 * rhyme by a LoRA job over the API, and shows the answers before and after the job. The service then runs until
 * Ctrl-C.
 *
 * <p>With {@code --once} the service ends after the job. The command exits with 0 only if the tuned model rhymes,
 * does not repeat itself and names its subjects, and if the validation loss is halved.
 */
public final class DemoMain {

    private static final String BASE = "attune-tales";
    private static final int LONGEST_ANSWER = 160; // in tokens
    private static final int SHOWN = 3;

    private final PrintStream out = System.out;
    private final Path data;
    private volatile ServiceProcess service;

    private DemoMain(Path data) {
        this.data = data;
    }

    public static void main(String[] args) throws Exception {
        boolean once = args.length == 1 && args[0].equals("--once");
        if (args.length > 0 && !once) {
            System.err.println("usage: attune demo [--once]");
            System.exit(2);
        }
        Path data = Files.createTempDirectory("attune-demo-");
        DemoMain demo = new DemoMain(data);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::leaveNothing));
        boolean passed;
        try {
            passed = demo.run(once);
        } catch (IOException e) {
            System.err.println("attune demo: " + e.getMessage());
            passed = false;
        }
        System.exit(passed ? 0 : 1);
    }

    private boolean run(boolean once) throws IOException, InterruptedException {
        long start = System.nanoTime();
        out.println("Starting a service with an embedded PostgreSQL ...");
        service = ServiceProcess.start(data);
        AttuneClient client = service.client();
        out.println("  up at " + client.address() + "\n");

        List<HeldOut> subjects = DemoData.heldOut();
        out.println("Asking " + BASE + ", the bundled model, about " + subjects.size()
                + " subjects that nobody trains it on ...");
        List<String> before = answers(subjects, null);

        JsonNode job = tune(client);
        if (!job.get("status").asString().equals("succeeded")) {
            out.println("The job ended as " + job.get("status").asString() + ": "
                    + job.path("error").path("message").asString(""));
            return false;
        }
        String results = client.text(
                AttuneClient.contentPath(job.get("result_files").get(0).asString()));
        Path adapter = Files.createDirectories(data.resolve("demo-adapter"));
        client.unzip(AttuneClient.contentPath(job.get("artifacts").get(0).asString()), adapter);
        out.println("  " + job.get("fine_tuned_model").asString() + " is ready; its adapter was downloaded.\n");

        out.println("Asking the tuned model the same ...\n");
        List<String> after = answers(subjects, adapter);
        show(subjects, before, after);
        boolean passed = judge(subjects, before, after, results);
        out.printf(Locale.ROOT, "%nDone in %d s.%n", (System.nanoTime() - start) / 1_000_000_000L);
        if (!once) {
            out.println("\nThe service runs on until Ctrl-C:");
            out.println("  API         " + client.address() + "/v1");
            out.println("  Swagger UI  " + client.address() + "/docs");
            out.println("  API key     "
                    + Files.readString(data.resolve("admin-key")).strip());
            service.await();
        } else {
            out.println("The service was at " + client.address() + ", Swagger UI at " + client.address() + "/docs");
        }
        return passed;
    }

    /** Uploads the rows, starts the job and waits until it ends. */
    private JsonNode tune(AttuneClient client) throws IOException, InterruptedException {
        Path rows = Files.createDirectories(data.resolve("demo-rows"));
        DemoData.write(rows);
        String training = client.upload(rows.resolve("train.jsonl"));
        String validation = client.upload(rows.resolve("validation.jsonl"));
        JsonNode job = client.post(
                "/v1/fine_tuning/jobs",
                Map.of(
                        "model",
                        BASE,
                        "training_file",
                        training,
                        "validation_file",
                        validation,
                        "suffix",
                        "verse",
                        "seed",
                        1,
                        "training_type",
                        Map.of("type", "lora", "r", 16, "lora_alpha", 32),
                        "method",
                        Map.of(
                                "type",
                                "supervised",
                                "supervised",
                                Map.of(
                                        "hyperparameters",
                                        Map.of("n_epochs", 5, "batch_size", 8, "learning_rate", 4e-3)))));
        String id = job.get("id").asString();
        out.println("\nUploaded 400 stories in verse and started the LoRA job " + id);
        ProgressBar bar = new ProgressBar(out, System.console() != null);
        boolean paused = false;
        while (!List.of("succeeded", "failed", "cancelled")
                .contains(job.get("status").asString())) {
            Thread.sleep(500); // polls as a client of the API does
            job = client.get("/v1/fine_tuning/jobs/" + id);
            boolean pausedBefore = paused;
            paused = job.get("status").asString().equals("paused");
            if (paused && !pausedBefore) {
                out.println("\nSomebody has paused the job. To let it go on: POST " + client.address()
                        + "/v1/fine_tuning/jobs/" + id + "/resume");
            }
            JsonNode progress = job.path("progress");
            if (!paused && progress.path("step").asInt(0) > 0) {
                long left = job.path("estimated_finish").asLong(0) - System.currentTimeMillis() / 1000;
                int step = progress.get("step").asInt();
                int steps = progress.get("steps").asInt();
                bar.show(
                        step,
                        steps,
                        String.format(
                                Locale.ROOT,
                                "step %d/%d  loss %.3f  %.0f tokens/s  %d s left",
                                step,
                                steps,
                                progress.path("loss").asDouble(0),
                                progress.path("tokens_per_second").asDouble(0),
                                Math.max(0, left)));
            }
        }
        bar.end();
        return job;
    }

    /** Returns the model's greedy answer to each prompt. */
    private List<String> answers(List<HeldOut> subjects, Path adapter) throws IOException {
        List<List<ChatTurn>> prompts = subjects.stream()
                .map(s -> List.of(new ChatTurn("user", s.prompt())))
                .toList();
        int threads = Runtime.getRuntime().availableProcessors();
        Path model = data.resolve("models").resolve(BASE);
        List<String> answers = new ArrayList<>();
        try (SampleProcess sampler = SampleProcess.start(
                new TrainerSpec.Sample(
                        model, "cpu", threads, adapter, prompts, LONGEST_ANSWER, false, TrainerSpec.ChatSettings.NONE),
                data)) {
            sampler.samples(prompts.size(), sample -> answers.add(sample.completion()));
        }
        return answers;
    }

    private void show(List<HeldOut> subjects, List<String> before, List<String> after) {
        for (int i = 0; i < SHOWN; i++) {
            out.println("> " + subjects.get(i).prompt());
            out.println("  before: " + before.get(i).strip().replace("\n", "\n          "));
            out.println("  after:  " + after.get(i).strip().replace("\n", "\n          ") + "\n");
        }
    }

    private boolean judge(List<HeldOut> subjects, List<String> before, List<String> after, String results) {
        VerseJudge judge = new VerseJudge(RimeLexicon.bundled());
        Report base = judge.report(spoken(subjects, before));
        Report tuned = judge.report(spoken(subjects, after));
        double lossBefore = number(results.lines().skip(1).findFirst().orElse(""), 3);
        double lossAfter = number(results.lines().reduce("", (first, second) -> second), 5);
        out.println("On " + subjects.size() + " held-out subjects:            before    after   wanted");
        boolean passed = row(
                "couplets that rhyme",
                base.share(),
                tuned.share(),
                "< 10 %, > 60 %",
                base.share() < 0.1 && tuned.share() > 0.6);
        passed &= row(
                "lines not said twice",
                base.distinctShare(),
                tuned.distinctShare(),
                ">= 90 %",
                tuned.distinctShare() >= 0.9);
        passed &= row(
                "subject named",
                (double) base.subjectsNamed() / base.answers(),
                (double) tuned.subjectsNamed() / tuned.answers(),
                ">= 90 %",
                tuned.subjectsNamed() >= 0.9 * tuned.answers());
        boolean halved = lossAfter <= lossBefore / 2;
        out.printf(
                Locale.ROOT,
                "  %-30s %8.3f %8.3f   %s%s%n",
                "validation loss",
                lossBefore,
                lossAfter,
                "halved",
                halved ? "" : "   MISSED");
        return passed & halved;
    }

    private boolean row(String name, double before, double after, String wanted, boolean reached) {
        out.printf(
                Locale.ROOT,
                "  %-30s %6.0f %% %6.0f %%   %s%s%n",
                name,
                100 * before,
                100 * after,
                wanted,
                reached ? "" : "   MISSED");
        return reached;
    }

    private static List<Answer> spoken(List<HeldOut> subjects, List<String> texts) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            answers.add(new Answer(subjects.get(i).name(), texts.get(i)));
        }
        return answers;
    }

    /** Returns a cell of the results file. An empty cell gives NaN, so that every comparison with it fails. */
    private static double number(String line, int column) {
        String[] cells = line.split(",", -1);
        return column < cells.length && !cells[column].isEmpty() ? Double.parseDouble(cells[column]) : Double.NaN;
    }

    private void leaveNothing() {
        if (service != null) {
            service.close();
        }
        try {
            Trees.delete(data);
        } catch (IOException e) {
            System.err.println("attune demo: " + data + " could not be removed: " + e.getMessage());
        }
    }
}
