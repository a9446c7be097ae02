package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import io.attune.tales.DemoData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What users of other systems complain of in public, none of it true here: the whole program, the bundled model, real training. */
@ProcessTest
class UserPainsTest {

    /**
     * 19 tokens: {@code <|im_start|> user \n Where is the fox ? <|im_end|> \n <|im_start|> assistant \n The fox sleep s . <|im_end|>}.
     * Learned are 6 of them: {@code The fox sleep s . <|im_end|>}.
     */
    private static final String SHORT_ROW = """
            {"messages": [{"role": "user", "content": "Where is the fox?"}, {"role": "assistant", "content": "The fox sleeps."}]}
            """;

    /**
     * The row above and 18 more tokens, 37 in all: {@code \n <|im_start|> user \n And the hen ? <|im_end|> \n <|im_start|> assistant \n She is home .
     * <|im_end|>}. Learned are 6 of the first answer and 5 of the second, {@code She is home . <|im_end|>}.
     */
    private static final String LONG_ROW = """
            {"messages": [{"role": "user", "content": "Where is the fox?"}, {"role": "assistant", "content": "The fox sleeps."}, \
            {"role": "user", "content": "And the hen?"}, {"role": "assistant", "content": "She is home."}]}
            """;

    /** Shares nothing with the others but the chat's form. */
    private static final String OTHER_ROW = """
            {"messages": [{"role": "user", "content": "Who is at home?"}, {"role": "assistant", "content": "The hen is at home, and the moon is up."}]}
            """;

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static String training;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        Path few = rows.resolve("few.jsonl");
        Files.write(few, Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 24));
        service = new LiveService(data).start();
        training = service.upload(few);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    // LLaMA-Factory #8817, #8485, #10111
    @Test
    @DisplayName(
            "Pain 1. Jobs tied to a browser or terminal die with it: here the client goes, the service restarts, the job succeeds")
    void aJobOutlivesWhoeverCreatedAndWatchedItAndTheServiceToo() throws Exception {
        String id;
        try (Connection creator = new Connection()) {
            id = creator.create(job(training, "\"n_epochs\": 3, \"batch_size\": 4"));
        }
        try (Connection watcher = new Connection()) {
            watcher.follow(id, "Fine-tuning job started");
        }
        service.awaitSteps(id, 1);
        service.close();
        service.start();

        assertThat(service.awaitEnd(id).get("status").asString()).isEqualTo("succeeded");
        assertThat(messages(id))
                .as("it was interrupted")
                .anyMatch(said -> said.startsWith("Fine-tuning job started again"));
    }

    // unsloth PR #7938, SimpleTuner #2306
    @Test
    @DisplayName("Pain 2. Status lies: here a killed trainer is seen at once, and a finished run is finished")
    void theStatusOfAJobIsTrueWhenItsTrainerIsKilledAndWhenItIsDone() throws Exception {
        String id = service.create(job(training, "\"n_epochs\": 2, \"batch_size\": 4"));
        service.awaitSteps(id, 1);

        LiveService.kill(service.trainer());

        JsonNode job = await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> service.job(id), seen -> !status(seen).equals("running"));
        assertThat(status(job)).as(job.toString()).isEqualTo("queued");
        assertThat(waiting(job)).startsWith("The trainer died");
        assertThat(messages(id)).anyMatch(message -> message.contains("It was killed by signal 9"));

        JsonNode ended = service.awaitEnd(id);
        assertThat(status(ended)).as(ended.toString()).isEqualTo("succeeded");
        assertThat(Instant.now().getEpochSecond() - ended.get("finished_at").asLong())
                .as("seconds between the end and its being seen")
                .isLessThan(5);
        assertThat(service.events(id).get(0).get("created_at").asLong())
                .isEqualTo(ended.get("finished_at").asLong());
        assertThat(service.trainers()).isEmpty();
    }

    // unsloth PR #7938, SimpleTuner #2306
    @Test
    @DisplayName("Pain 2. Status lies: here a trainer that runs out of memory fails its job and says so")
    void anOutOfMemoryFailsTheJobWithItsCode(@TempDir Path otherData) throws Exception {
        String longRow = SHORT_ROW.replace("The fox sleeps.", "The fox sleeps. ".repeat(100));
        Path many = Files.writeString(rows.resolve("many.jsonl"), longRow.repeat(5000));
        try (LiveService small =
                new LiveService(otherData).with("ATTUNE_TRAINER_HEAP", "24m").start()) {
            String cut = "\"max_length\": 512, \"overlong_rows\": \"truncate\"";
            String ofFew = small.create(job(small.upload(rows.resolve("few.jsonl")), cut));
            assertThat(validation(small, ofFew)).as("few rows have room").isNotNull();

            JsonNode ended = small.awaitEnd(small.create(job(small.upload(many), cut)));

            assertThat(status(ended)).as(ended.toString()).isEqualTo("failed");
            assertThat(ended.get("error").get("code").asString()).isEqualTo("out_of_memory");
            assertThat(ended.get("error").get("message").asString()).contains("heap", "ATTUNE_TRAINER_HEAP");
            assertThat(small.trainers()).isEmpty();
        }
    }

    // unsloth #7059, OneTrainer #29, axolotl #2531, unsloth #4504
    @Test
    @DisplayName(
            "Pain 3. No queue: here further jobs wait for the device with a reason, and go by priority, then by age. Pain 5."
                    + " Memory need is unknown until it blows up: here it is on the job before its training begins")
    void furtherJobsWaitInAQueueAndTwoNeverTrainAtOnce() {
        String running = service.create(job(training, "\"n_epochs\": 50, \"batch_size\": 4"));
        service.awaitSteps(running, 1);
        String older = service.create(job(training, "\"max_steps\": 1"));
        String younger = service.create(job(training, "\"max_steps\": 1"));
        String urgent = service.create(job(training, "\"max_steps\": 1").replaceFirst("}$", ", \"priority\": 1}"));
        List<String> three = List.of(urgent, younger, older); // as they are listed

        List<JsonNode> waiting = await().atMost(Duration.ofMinutes(1))
                .until(this::fourJobs, jobs -> ids(jobs, "queued").equals(three));
        assertThat(ids(waiting, "running")).containsExactly(running);
        assertThat(waiting.subList(0, 3)).extracting(UserPainsTest::waiting).containsOnly("Waiting for a free device");
        for (JsonNode queued : waiting.subList(0, 3)) {
            JsonNode memory = queued.required("estimate").required("memory");
            assertThat(memory.required("cpu").required("total").asLong()).isBetween(100_000_000L, 4_000_000_000L);
            assertThat(memory.required("cuda").required("total").asLong()).isPositive();
        }

        service.api().post("/v1/fine_tuning/jobs/" + running + "/cancel", "");
        List<String> started = new ArrayList<>(List.of(running));
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    List<JsonNode> jobs = fourJobs();
                    assertThat(ids(jobs, "running")).as("jobs that train").hasSizeLessThanOrEqualTo(1);
                    assertThat(service.trainers().stream().filter(UserPainsTest::hasLoadedTorch))
                            .as("trainers on the device")
                            .hasSizeLessThanOrEqualTo(1);
                    ids(jobs, "running").stream()
                            .filter(id -> !started.contains(id))
                            .forEach(id -> {
                                started.add(id);
                                if (!id.equals(urgent)) { // one job's whole way is enough
                                    service.api().post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
                                }
                            });
                    return started.size() == 4;
                });
        assertThat(started).containsExactly(running, urgent, older, younger);
        assertThat(status(service.job(urgent))).isEqualTo("succeeded");
    }

    // LLaMA-Factory #3995, transformers #30998, trl #1832
    @Test
    @DisplayName("Pain 6. Examples are truncated silently: here they are refused with line and length, or counted")
    void nothingIsCutOrDroppedWithoutBeingCounted() {
        String file = upload(SHORT_ROW + LONG_ROW);

        JsonNode refused = service.awaitEnd(service.create(job(file, "\"max_length\": 30")));
        String truncating = service.create(job(file, "\"max_length\": 30, \"overlong_rows\": \"truncate\""));
        JsonNode truncated = validation(service, truncating);
        String dropping = service.create(job(file, "\"max_length\": 30, \"overlong_rows\": \"drop\""));
        JsonNode dropped = validation(service, dropping);

        assertThat(status(refused)).isEqualTo("failed");
        assertThat(refused.get("error").get("code").asString()).isEqualTo("invalid_training_file");
        assertThat(refused.get("error").get("message").asString())
                .contains("Line 2", "at least 32 tokens", "max_length = 30", "overlong_rows")
                .doesNotContain("Line 1");

        assertThat(counts(truncated)).containsExactly(2, 19 + 30, 6 + 6, 1, 0);
        assertThat(messages(truncating))
                .anyMatch(message -> message.startsWith("1 row of the training file is cut to max_length"));

        assertThat(counts(dropped)).containsExactly(1, 19, 6, 0, 1);
        assertThat(messages(dropping))
                .anyMatch(message -> message.startsWith("1 row of the training file is left out"));
    }

    // trl #6668, unsloth #2095
    @Test
    @DisplayName("Pain 7. All labels masked: here rows without anything to learn are named, and never train as loss 0")
    void rowsWithoutAnythingToLearnAreNamed() {
        Answer refused = service.api()
                .upload(
                        ApiClient.field("purpose", "fine-tune"),
                        ApiClient.file(
                                "file",
                                "masked.jsonl",
                                SHORT_ROW + SHORT_ROW.replaceFirst("}]}", ", \"weight\": 0}]}")));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("message")).startsWith("Line 2, messages: ").contains("weight 1");

        // 15 tokens do not reach the answer of a row whose question has more
        String question = "Where is the fox? ".repeat(4);
        String file = upload(SHORT_ROW + SHORT_ROW.replace("Where is the fox?", question));
        JsonNode cut =
                service.awaitEnd(service.create(job(file, "\"max_length\": 15, \"overlong_rows\": \"truncate\"")));
        assertThat(status(cut)).isEqualTo("failed");
        assertThat(cut.get("error").get("message").asString())
                .contains("Line 2: Nothing is left to train on in this row once it is cut to 15 tokens")
                .doesNotContain("Line 1");
    }

    // trl #4147
    @Test
    @DisplayName("Pain 7. Wrong labels in conversations: here every assistant turn is learned, and nothing else")
    void whatIsLearnedOfAConversationAreItsAssistantTurns() {
        String file = upload(LONG_ROW + LONG_ROW.replaceFirst("sleeps.\"", "sleeps.\", \"weight\": 0"));

        JsonNode report = validation(service, service.create(job(file, "\"n_epochs\": 1")));

        assertThat(counts(report)).containsExactly(2, 37 + 37, 6 + 5 + 5, 0, 0);
    }

    // openai-cookbook #1549, openai-php #107
    @Test
    @DisplayName("Pain 15. Data errors arrive late and say nothing useful: here at upload, with line, field and remedy")
    void dataErrorsComeAtUploadWithLineFieldAndRemedy() {
        String bad = SHORT_ROW.replace("\"user\"", "\"human\"");
        String file = IntStream.rangeClosed(1, 70)
                .mapToObj(line -> line <= 10 ? SHORT_ROW : bad)
                .collect(Collectors.joining());

        Answer refused = service.api()
                .upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", file));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_file_format");
        assertThat(refused.error("param")).isEqualTo("file");
        List<String> findings = refused.error("message").lines().toList();
        assertThat(findings).hasSize(51);
        assertThat(findings.get(0)).startsWith("Line 11, messages[0].role: ").contains("human", "user");
        assertThat(findings.get(49)).startsWith("Line 60, messages[0].role: ");
        assertThat(findings.get(50)).isEqualTo("(10 more)");
    }

    // LLaMA-Factory #7527, ai-toolkit #419
    @Test
    @DisplayName(
            "Pain 4. Stop leaves memory held: here the trainer's process is gone within seconds, and the next job runs")
    void cancellingAJobFreesTheDevice() {
        String id = service.create(job(training, "\"n_epochs\": 50, \"batch_size\": 24"));
        String next = service.create(job(training, "\"n_epochs\": 50, \"batch_size\": 4"));
        service.awaitSteps(id, 1);
        ProcessHandle trainer = service.trainer();

        service.api().post("/v1/fine_tuning/jobs/" + id + "/cancel", "");

        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !trainer.isAlive() && status(service.job(id)).equals("cancelled"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(service.job(next)).equals("running"));
        service.api().post("/v1/fine_tuning/jobs/" + next + "/cancel", "");
        assertThat(status(service.awaitEnd(next))).isEqualTo("cancelled");
    }

    // trl #1230, #805, LLaMA-Factory PR #4224
    @Test
    @DisplayName("Pain 8. Packed examples attend to each other: here the loss of two is that of each by itself")
    void packedExamplesDoNotSeeEachOther() {
        JsonNode one = steps(job(upload(SHORT_ROW), "\"max_steps\": 1, \"batch_size\": 1"), 1)
                .get(0);
        JsonNode other = steps(job(upload(OTHER_ROW), "\"max_steps\": 1, \"batch_size\": 1"), 1)
                .get(0);
        JsonNode both = steps(job(upload(SHORT_ROW + OTHER_ROW), "\"max_steps\": 1, \"batch_size\": 2"), 1)
                .get(0);

        int targets =
                one.get("target_tokens").asInt() + other.get("target_tokens").asInt();
        assertThat(both.get("target_tokens").asInt()).isEqualTo(targets);
        double apart = (loss(one) * one.get("target_tokens").asInt()
                        + loss(other) * other.get("target_tokens").asInt())
                / targets;
        assertThat(Math.abs(loss(one) - loss(other))).as("they differ").isGreaterThan(0.01);
        assertThat(loss(both)).isCloseTo(apart, withinPercentage(0.01));
    }

    // trl #2175, torchtune #1878
    @Test
    @DisplayName(
            "Pain 9. Gradient accumulation is not the full batch: here rows of any length give the same step either way")
    void gradientAccumulationEqualsTheFullBatch() {
        String file = upload(SHORT_ROW + LONG_ROW + OTHER_ROW + LONG_ROW.replace("hen", "owl"));
        String step = "\"max_steps\": 3, \"batch_size\": 4, \"learning_rate\": 0.01, \"micro_batch_tokens\": ";

        List<JsonNode> atOnce = steps(job(file, step + 4096), 3);
        List<JsonNode> rowByRow = steps(job(file, step + 1), 3);

        for (int i = 0; i < 3; i++) {
            assertThat(rowByRow.get(i).get("target_tokens"))
                    .isEqualTo(atOnce.get(i).get("target_tokens"));
            assertThat(loss(rowByRow.get(i))).isCloseTo(loss(atOnce.get(i)), withinPercentage(0.02));
            assertThat(rowByRow.get(i).get("grad_norm").asDouble())
                    .isCloseTo(atOnce.get(i).get("grad_norm").asDouble(), withinPercentage(0.1));
        }
        assertThat(loss(atOnce.get(2))).as("it learns").isLessThan(loss(atOnce.get(0)));
    }

    // unsloth #3108, alpaca-lora #72, LLaMA-Factory #7527, ai-toolkit #419
    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"lora\", \"r\": 4, \"lora_dropout\": 0.1}", "{\"type\": \"full\"}"})
    @DisplayName(
            "Pain 10. Resume is broken or not exact: here a job that was paused and resumed gives the same bytes. Pain 4. Stop"
                    + " leaves memory held: here an equal job runs meanwhile")
    void aPausedJobFreesItsSlotAndGivesTheSameBytesAsOneThatWasNeverPaused(String trainingType) throws IOException {
        String job = job(training, "\"n_epochs\": 3, \"batch_size\": 4, \"checkpoint_steps\": 3, \"eval_steps\": 6")
                .replace("{\"type\": \"lora\", \"r\": 4}", trainingType)
                .replaceFirst("}$", ", \"validation_file\": \"" + held() + "\"}");
        String paused = service.create(job);
        service.awaitSteps(paused, 2);
        ProcessHandle trainer = service.trainer();
        assertThat(status(post(paused, "pause"))).isEqualTo("running");
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !trainer.isAlive() && status(service.job(paused)).equals("paused"));
        JsonNode atRest = service.job(paused);
        int step = atRest.get("progress").get("step").asInt();
        assertThat(step).isBetween(2, 17);
        assertThat(waiting(atRest)).isNotBlank();
        assertThat(service.trainers()).isEmpty();

        JsonNode other = service.awaitEnd(service.create(job));
        assertThat(status(other)).as(other.toString()).isEqualTo("succeeded");
        assertThat(status(service.job(paused))).isEqualTo("paused");

        assertThat(status(post(paused, "resume"))).isEqualTo("queued");
        JsonNode one = service.awaitEnd(paused);
        assertThat(status(one)).as(one.toString()).isEqualTo("succeeded");
        assertThat(content(one, "artifacts")).isEqualTo(content(other, "artifacts"));
        assertThat(content(one, "result_files")).isEqualTo(content(other, "result_files"));
        assertThat(one.get("trained_tokens")).isEqualTo(other.get("trained_tokens"));
        assertThat(checkpoints(one)).isEqualTo(checkpoints(other)).hasSize(6);
        List<String> messages = messages(paused);
        assertThat(messages)
                .containsOnlyOnce("Fine-tuning job paused after step " + step)
                .containsOnlyOnce("Fine-tuning job resumed from step " + step)
                .containsOnlyOnce("Checkpoint created at step 3");
        assertThat(sorted(messages, "Step ", "Sample ", "Checkpoint "))
                .as("nothing is told twice, and nothing is left out")
                .isEqualTo(sorted(messages(other.get("id").asString()), "Step ", "Sample ", "Checkpoint "));
    }

    // mlx-lm PR #331, axolotl #28
    @Test
    @DisplayName("Pain 11. The best checkpoint is lost: here each keeps its validation loss, and can be had and named")
    void everyCheckpointIsKeptWithItsValidationLoss() throws IOException {
        String asked = job(
                        training,
                        "\"max_steps\": 4, \"batch_size\": 4, \"learning_rate\": 0.02, \"eval_steps\": 1, \"checkpoint_steps\": 1")
                .replaceFirst("}$", ", \"validation_file\": \"" + held() + "\"}");

        JsonNode ended = service.awaitEnd(service.create(asked));

        assertThat(status(ended)).as(ended.toString()).isEqualTo("succeeded");
        String job = "/v1/fine_tuning/jobs/" + ended.get("id").asString();
        List<JsonNode> checkpoints = service.api()
                .get(job + "/checkpoints")
                .json()
                .get("data")
                .valueStream()
                .toList();
        assertThat(checkpoints)
                .extracting(each -> each.get("step_number").asInt())
                .containsExactly(4, 3, 2, 1);
        Map<Integer, Double> listed = checkpoints.stream()
                .collect(Collectors.toMap(
                        each -> each.get("step_number").asInt(),
                        each -> each.get("metrics").get("full_valid_loss").asDouble()));
        assertThat(new HashSet<>(listed.values())).as("losses").hasSize(4);
        for (JsonNode checkpoint : checkpoints) {
            assertThat(service.api()
                            .bytes(job + "/checkpoints/" + checkpoint.get("id").asString() + "/content"))
                    .startsWith('P', 'K');
            assertThat(service.api()
                            .get("/v1/models/"
                                    + checkpoint
                                            .get("fine_tuned_model_checkpoint")
                                            .asString())
                            .status())
                    .isEqualTo(200);
        }
        // the table of results tells the same, and so which one was the best
        List<String> table = new String(
                        service.api()
                                .bytes("/v1/files/"
                                        + ended.get("result_files").get(0).asString() + "/content"),
                        StandardCharsets.UTF_8)
                .lines()
                .toList();
        int column = List.of(table.get(0).split(",")).indexOf("valid_loss");
        Map<Integer, Double> inTable = table.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .filter(cells -> !cells[0].equals("0"))
                .collect(Collectors.toMap(
                        cells -> Integer.parseInt(cells[0]), cells -> Double.parseDouble(cells[column])));
        assertThat(inTable).isEqualTo(listed);
    }

    /** The metrics of a job's first steps; then it is cancelled. */
    private static List<JsonNode> steps(String asked, int count) {
        String id = service.create(asked);
        List<JsonNode> steps = await().atMost(Duration.ofMinutes(2))
                .until(
                        () -> service.events(id).stream()
                                .filter(event -> event.get("type").asString().equals("metrics"))
                                .map(event -> event.get("data"))
                                .filter(data -> data.has("train_loss"))
                                .sorted(Comparator.comparingInt(
                                        data -> data.get("step").asInt()))
                                .toList(),
                        found -> found.size() >= count);
        service.api().post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
        return steps;
    }

    private static double loss(JsonNode step) {
        return step.get("train_loss").asDouble();
    }

    private static JsonNode post(String job, String control) {
        Answer answer = service.api().post("/v1/fine_tuning/jobs/" + job + "/" + control, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** @param files {@code artifacts} or {@code result_files}: the first of them */
    private static byte[] content(JsonNode job, String files) {
        return service.api().bytes("/v1/files/" + job.get(files).get(0).asString() + "/content");
    }

    /** Step and metrics of each. */
    private static List<String> checkpoints(JsonNode job) {
        return service.api()
                .get("/v1/fine_tuning/jobs/" + job.get("id").asString() + "/checkpoints?limit=100")
                .json()
                .get("data")
                .valueStream()
                .map(checkpoint -> checkpoint.get("step_number") + " " + checkpoint.get("metrics"))
                .toList();
    }

    private static List<String> sorted(List<String> messages, String... kinds) {
        return messages.stream()
                .filter(message -> Arrays.stream(kinds).anyMatch(message::startsWith))
                .sorted()
                .toList();
    }

    /** A validation file of 8 rows. */
    private static String held() throws IOException {
        Path held = rows.resolve("held.jsonl");
        Files.write(held, Files.readAllLines(rows.resolve("validation.jsonl")).subList(0, 8));
        return service.upload(held);
    }

    private static String upload(String content) {
        Answer answer = service.api()
                .upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", content));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("id").asString();
    }

    private static String job(String file, String hyperparameters) {
        return """
                {"model": "attune-tales", "training_file": "%s", "seed": 1, "training_type": {"type": "lora", "r": 4},
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {%s}}}}""".formatted(file, hyperparameters);
    }

    /** What was found in the training file of a job, which is then cancelled. */
    private static JsonNode validation(LiveService service, String job) {
        JsonNode report = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> service.api()
                                .get("/v1/fine_tuning/jobs/" + job + "/validation")
                                .json(),
                        answer -> !answer.get("status").asString().equals("pending"));
        assertThat(report.get("status").asString()).as(report.toString()).isEqualTo("passed");
        service.api().post("/v1/fine_tuning/jobs/" + job + "/cancel", "");
        return report.get("training_file");
    }

    /** Rows, tokens, tokens that are learned, truncated rows, dropped rows. */
    private static List<Integer> counts(JsonNode file) {
        return List.of(
                file.get("rows").asInt(),
                file.get("tokens").asInt(),
                file.get("target_tokens").asInt(),
                file.get("truncated_rows").asInt(),
                file.get("dropped_rows").asInt());
    }

    /** The newest four jobs, newest first. */
    private List<JsonNode> fourJobs() {
        return service.api()
                .get("/v1/fine_tuning/jobs?limit=4")
                .json()
                .get("data")
                .valueStream()
                .toList();
    }

    private static List<String> messages(String job) {
        return service.events(job).stream()
                .map(event -> event.get("message").asString())
                .toList();
    }

    private static List<String> ids(List<JsonNode> jobs, String status) {
        return jobs.stream()
                .filter(job -> status(job).equals(status))
                .map(job -> job.get("id").asString())
                .toList();
    }

    private static String status(JsonNode job) {
        return job.get("status").asString();
    }

    private static String waiting(JsonNode job) {
        return job.path("progress").path("waiting").asString("");
    }

    /** Trainers that only read rows do without. */
    private static boolean hasLoadedTorch(ProcessHandle trainer) {
        try {
            return Files.readString(Path.of("/proc/" + trainer.pid() + "/maps")).contains("libtorch");
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    /** A client that vanishes when it is closed: the service gets a reset, not an end. */
    private static final class Connection implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader answer;

        Connection() throws IOException {
            socket = new Socket("127.0.0.1", service.port());
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** @return the job's id */
        String create(String job) throws IOException {
            send("POST /v1/fine_tuning/jobs", "Content-Type: application/json\r\nContent-Length: " + job.length(), job);
            return readUntil("\"id\":\"(ftjob-[^\"]+)\"");
        }

        /** Reads a job's events as they come, up to one that says so. */
        void follow(String job, String message) throws IOException {
            send("GET /v1/fine_tuning/jobs/" + job + "/events", "Accept: text/event-stream", "");
            readUntil("\"message\":\"(" + message + ")\"");
        }

        private void send(String line, String headers, String body) throws IOException {
            socket.getOutputStream()
                    .write((line + " HTTP/1.1\r\nHost: attune\r\nAuthorization: Bearer " + PostgresForTests.ADMIN_KEY
                                    + "\r\n" + headers + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
        }

        /** Reads no further than the first match. @return its group */
        private String readUntil(String pattern) throws IOException {
            StringBuilder text = new StringBuilder();
            for (int next = answer.read(); next >= 0; next = answer.read()) {
                text.append((char) next);
                Matcher found = next == '"' ? Pattern.compile(pattern).matcher(text) : null;
                if (found != null && found.find()) {
                    return found.group(1);
                }
            }
            throw new IOException("the answer ended without " + pattern + ": " + text);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
