package io.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.Headers;
import com.openai.errors.BadRequestException;
import com.openai.errors.InvalidWebhookSignatureException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.alpha.graders.GraderRunParams;
import com.openai.models.finetuning.alpha.graders.GraderValidateParams;
import com.openai.models.finetuning.checkpoints.permissions.PermissionCreateParams;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.finetuning.jobs.JobListParams;
import com.openai.models.finetuning.jobs.checkpoints.CheckpointListParams;
import com.openai.models.finetuning.jobs.checkpoints.FineTuningJobCheckpoint;
import com.openai.models.finetuning.methods.SupervisedHyperparameters;
import com.openai.models.finetuning.methods.SupervisedMethod;
import com.openai.models.graders.gradermodels.StringCheckGrader;
import com.openai.models.models.Model;
import com.openai.models.models.ModelDeleted;
import com.openai.models.uploads.Upload;
import com.openai.models.uploads.UploadCompleteParams;
import com.openai.models.uploads.UploadCreateParams;
import com.openai.models.uploads.parts.PartCreateParams;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import com.openai.models.webhooks.WebhookCreateParams;
import com.openai.models.webhooks.WebhookEndpoint;
import com.openai.models.webhooks.WebhookEndpointWithSecret;
import com.openai.models.webhooks.WebhookListParams;
import com.openai.models.webhooks.WebhookVerificationParams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole way of a fine-tuning script with openai-java: what it asks of OpenAI, asked of Attune by a changed base URL alone. The same
 * steps as in src/test/sdk/python/scenario.py and src/test/sdk/node/scenario.mjs.
 */
final class JavaScenario {

    /** An event as it was streamed. */
    private record Streamed(String id, JsonNode event) {}

    private static final String SDK = "java";
    private static final String MODEL = "attune-tales";
    private static final Duration LONGEST = Duration.ofSeconds(150);
    private static final List<Integer> EVERY_STEP =
            IntStream.rangeClosed(1, 24).boxed().toList();

    private final long begin = System.nanoTime();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String baseUrl;
    private final String key;
    private final Path rows;
    private final String receiver;
    private final OpenAIClient client;

    private WebhookEndpointWithSecret endpoint;
    private byte[] train;
    private FileObject training;
    private FileObject validation;
    private List<String> files;
    private FineTuningJob kept;
    private FineTuningJob other;

    /**
     * @param rows a folder with train.jsonl and validation.jsonl
     * @param receiver address that takes webhooks by POST and lists them by GET
     */
    JavaScenario(String baseUrl, String key, Path rows, String receiver) {
        this.baseUrl = baseUrl;
        this.key = key;
        this.rows = rows;
        this.receiver = receiver + "/" + SDK;
        this.client = OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(key)
                .adminApiKey(key) // which the SDK wants for permissions
                .build();
    }

    /** @return the version of the SDK on the class path */
    static String version() {
        return OpenAIClient.class.getPackage().getImplementationVersion();
    }

    void run() throws Exception {
        System.out.println("openai-java " + version());
        try {
            webhookEndpoint();
            files();
            refusals();
            createJobs();
            pauseCancelAndResume();
            history();
            results();
            webhooks();
            lists();
            deletion();
        } finally {
            client.close();
        }
        System.out.println("openai-java " + version() + ": green");
    }

    private void step(String text) {
        System.out.printf("%s %6.1f s  %s%n", SDK, (System.nanoTime() - begin) / 1e9, text);
    }

    /** A webhook endpoint, whose secret is shown once. */
    private void webhookEndpoint() {
        endpoint = client.webhooks()
                .create(WebhookCreateParams.builder()
                        .name("the scenario of openai-java")
                        .url(receiver)
                        .addEventType(WebhookCreateParams.EventType.FINE_TUNING_JOB_SUCCEEDED)
                        .addEventType(WebhookCreateParams.EventType.FINE_TUNING_JOB_FAILED)
                        .addEventType(WebhookCreateParams.EventType.FINE_TUNING_JOB_CANCELLED)
                        .build())
                .validate();
        assertThat(endpoint.signingSecret()).startsWith("whsec_");
        assertThat(client.webhooks().retrieve(endpoint.id()).validate()._additionalProperties())
                .doesNotContainKey("signing_secret");
        assertThat(client.webhooks()
                        .list(WebhookListParams.builder().limit(1).build())
                        .autoPager())
                .extracting(WebhookEndpoint::id)
                .contains(endpoint.id());
        step("webhook endpoint " + endpoint.id());
    }

    /** Files in parts out of order, by a path, in one piece. */
    private void files() throws Exception {
        train = (String.join(
                                "\n",
                                Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 48)) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        int half = train.length / 2;
        Upload upload =
                client.uploads().create(upload("train.jsonl", train.length)).validate();
        assertThat(upload.status()).isEqualTo(Upload.Status.PENDING);
        String second = part(upload, Arrays.copyOfRange(train, half, train.length));
        String first = part(upload, Arrays.copyOf(train, half));
        Upload completed = client.uploads()
                .complete(
                        upload.id(),
                        UploadCompleteParams.builder()
                                .partIds(List.of(first, second))
                                .md5(HexFormat.of()
                                        .formatHex(
                                                MessageDigest.getInstance("MD5").digest(train)))
                                .build())
                .validate();
        training = completed.file().orElseThrow();
        assertThat(completed.status()).isEqualTo(Upload.Status.COMPLETED);
        assertThat(training.bytes()).isEqualTo(train.length);
        assertThat(content(training.id())).isEqualTo(train);
        step("upload in two parts, the second first: " + training.id());

        Path path = rows.resolve("validation.jsonl");
        validation = client.files()
                .create(FileCreateParams.builder()
                        .file(path)
                        .purpose(FilePurpose.FINE_TUNE)
                        .build())
                .validate();
        assertThat(validation.filename()).isEqualTo("validation.jsonl");
        assertThat(content(validation.id())).isEqualTo(Files.readAllBytes(path));
        step("a path uploaded: " + validation.id());

        Upload dropped = client.uploads().create(upload("never.jsonl", 10));
        String part = part(dropped, "0123456789".getBytes(StandardCharsets.UTF_8));
        assertThat(client.uploads().cancel(dropped.id()).validate().status()).isEqualTo(Upload.Status.CANCELLED);
        refused(
                BadRequestException.class,
                "upload_cancelled",
                null,
                "",
                () -> client.uploads()
                        .complete(
                                dropped.id(),
                                UploadCompleteParams.builder().addPartId(part).build()));
        step("an upload cancelled");

        FileObject brief = client.files()
                .create(file(train, "short.jsonl")
                        .expiresAfter(FileCreateParams.ExpiresAfter.builder()
                                .seconds(3600)
                                .build())
                        .build())
                .validate();
        assertThat(brief.filename()).isEqualTo("short.jsonl");
        assertThat(brief.expiresAt()).contains(brief.createdAt() + 3600);
        assertThat(brief.status()).isEqualTo(FileObject.Status.PROCESSED);
        assertThat(client.files().retrieve(brief.id()).bytes()).isEqualTo(train.length);
        files = List.of(training.id(), validation.id(), brief.id());
        List<String> listed = client
                .files()
                .list(FileListParams.builder()
                        .purpose("fine-tune")
                        .order(FileListParams.Order.ASC)
                        .limit(1)
                        .build())
                .autoPager()
                .stream()
                .map(FileObject::id)
                .toList();
        assertThat(listed).doesNotHaveDuplicates().containsSubsequence(files);
        assertThat(client.files()
                        .list(FileListParams.builder()
                                .purpose("fine-tune")
                                .limit(2)
                                .build())
                        .data())
                .extracting(FileObject::id)
                .containsExactly(brief.id(), validation.id());
        assertThat(client.files()
                        .list(FileListParams.builder().purpose("assistants").build())
                        .data())
                .isEmpty();
        step("files.create with expires_after, files.list over " + listed.size() + " pages and the empty one");
    }

    private static UploadCreateParams upload(String filename, long bytes) {
        return UploadCreateParams.builder()
                .bytes(bytes)
                .filename(filename)
                .mimeType("text/jsonl")
                .purpose(FilePurpose.FINE_TUNE)
                .build();
    }

    private String part(Upload upload, byte[] data) {
        return client.uploads()
                .parts()
                .create(upload.id(), PartCreateParams.builder().data(data).build())
                .validate()
                .id();
    }

    private static FileCreateParams.Builder file(byte[] content, String filename) {
        return FileCreateParams.builder()
                .file(MultipartField.<InputStream>builder()
                        .value(new ByteArrayInputStream(content))
                        .filename(filename)
                        .build())
                .purpose(FilePurpose.FINE_TUNE);
    }

    private byte[] content(String id) throws IOException {
        try (com.openai.core.http.HttpResponse answer = client.files().content(id);
                InputStream body = answer.body()) {
            return body.readAllBytes();
        }
    }

    private void refusals() {
        OpenAIClient stranger = client.withOptions(options -> options.apiKey("sk-of-nobody"));
        refused(
                UnauthorizedException.class,
                "invalid_api_key",
                null,
                "",
                () -> stranger.models().list());
        refused(
                NotFoundException.class,
                "not_found",
                null,
                "",
                () -> client.files().retrieve("file-nobody"));
        byte[] bad = (new String(train, StandardCharsets.UTF_8) + "{\"messages\": \"none\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        refused(
                BadRequestException.class,
                "invalid_file_format",
                "file",
                "Line 49",
                () -> client.files().create(file(bad, "bad.jsonl").build()));
        refused(NotFoundException.class, "model_not_found", "model", "", () -> create(job().model("nobody/nothing")));
        refused(
                BadRequestException.class,
                "invalid_file",
                "training_file",
                "",
                () -> create(job().trainingFile("file-nobody")));
        refused(
                BadRequestException.class,
                "unknown_parameter",
                "n_epoch",
                "",
                () -> create(job().putAdditionalBodyProperty("n_epoch", JsonValue.from(3))));
        refused(
                BadRequestException.class,
                "unsupported_method",
                "method.type",
                "",
                () -> create(job().method(JobCreateParams.Method.builder()
                        .type(JobCreateParams.Method.Type.DPO)
                        .build())));
        refused(
                BadRequestException.class,
                "unsupported_integrations",
                "integrations",
                "",
                () -> create(job().addIntegration(JobCreateParams.Integration.builder()
                        .wandb(JobCreateParams.Integration.Wandb.builder()
                                .project("mine")
                                .build())
                        .build())));
        StringCheckGrader grader = StringCheckGrader.builder()
                .name("n")
                .input("a")
                .reference("a")
                .operation(StringCheckGrader.Operation.EQ)
                .build();
        refused(
                BadRequestException.class,
                "unsupported_graders",
                null,
                "",
                () -> client.fineTuning()
                        .alpha()
                        .graders()
                        .run(GraderRunParams.builder()
                                .grader(grader)
                                .modelSample("a")
                                .build()));
        refused(
                BadRequestException.class,
                "unsupported_graders",
                null,
                "",
                () -> client.fineTuning()
                        .alpha()
                        .graders()
                        .validate(GraderValidateParams.builder().grader(grader).build()));
        refused(
                BadRequestException.class,
                "unsupported_checkpoint_permissions",
                null,
                "",
                () -> client.fineTuning()
                        .checkpoints()
                        .permissions()
                        .create(
                                "ft:x:y:z:0",
                                PermissionCreateParams.builder()
                                        .addProjectId("proj_1")
                                        .build()));
        refused(
                BadRequestException.class,
                "unsupported_checkpoint_permissions",
                null,
                "",
                () -> client.fineTuning().checkpoints().permissions().list("ft:x:y:z:0"));
        step("refusals: wrong key, unknown file, bad rows, unknown model, unknown field, dpo, integrations, graders,"
                + " permissions");
    }

    /** Calls what has to be refused so. The SDK's exception carries what OpenAI's error object says, and the request's id. */
    private static void refused(
            Class<? extends OpenAIServiceException> type,
            String code,
            String param,
            String words,
            ThrowingCallable call) {
        OpenAIServiceException refusal = catchThrowableOfType(type, call);
        assertThat(refusal).as(code).isNotNull();
        assertThat(refusal.code()).contains(code);
        assertThat(refusal.param()).isEqualTo(Optional.ofNullable(param));
        assertThat(refusal.type()).isPresent();
        assertThat(refusal.headers().values("x-request-id")).hasSize(1);
        assertThat(refusal).hasMessageContaining(words);
    }

    private JobCreateParams.Builder job() {
        return JobCreateParams.builder().model(MODEL).trainingFile(training.id());
    }

    private FineTuningJob create(JobCreateParams.Builder params) {
        return client.fineTuning().jobs().create(params.build());
    }

    private FineTuningJob job(String id) {
        return client.fineTuning().jobs().retrieve(id);
    }

    /** One job that will be paused and resumed, one, in the words that OpenAI has deprecated, that will be cancelled. */
    @SuppressWarnings("deprecation")
    private void createJobs() {
        kept = create(job().validationFile(validation.id())
                        .suffix(SDK)
                        .seed(42)
                        .metadata(JobCreateParams.Metadata.builder()
                                .putAdditionalProperty("sdk", JsonValue.from(SDK))
                                .putAdditionalProperty("which", JsonValue.from("kept"))
                                .build())
                        .method(JobCreateParams.Method.builder()
                                .type(JobCreateParams.Method.Type.SUPERVISED)
                                .supervised(SupervisedMethod.builder()
                                        .hyperparameters(SupervisedHyperparameters.builder()
                                                .nEpochs(4)
                                                .batchSizeAuto()
                                                .learningRateMultiplier(5.0)
                                                .build())
                                        .build())
                                .build())
                        .putAdditionalBodyProperty(
                                "training_type", JsonValue.from(Map.of("type", "lora", "r", 4, "lora_alpha", 8))))
                .validate();
        assertThat(kept.status()).isEqualTo(FineTuningJob.Status.VALIDATING_FILES);
        assertThat(kept.seed()).isEqualTo(42);
        assertThat(kept.metadata().orElseThrow()._additionalProperties())
                .isEqualTo(Map.of("sdk", JsonValue.from(SDK), "which", JsonValue.from("kept")));
        assertThat(kept.fineTunedModel()).isEmpty();
        assertThat(kept.finishedAt()).isEmpty();
        assertThat(kept.resultFiles()).isEmpty();
        other = create(job().hyperparameters(JobCreateParams.Hyperparameters.builder()
                                .nEpochs(50)
                                .batchSize(4)
                                .build())
                        .metadata(JobCreateParams.Metadata.builder()
                                .putAdditionalProperty("sdk", JsonValue.from(SDK))
                                .putAdditionalProperty("which", JsonValue.from("given up"))
                                .build()))
                .validate();
        assertThat(other.hyperparameters().nEpochs().orElseThrow().asInteger()).isEqualTo(50);
        step("jobs " + kept.id() + " and " + other.id());
    }

    private void pauseCancelAndResume() {
        FineTuningJob running = until(() -> job(kept.id()), job -> steps(job) >= 1);
        assertThat(running.status()).isEqualTo(FineTuningJob.Status.RUNNING);
        assertThat(running.estimatedFinish()).isPresent();
        SupervisedHyperparameters resolved = running.method()
                .orElseThrow()
                .supervised()
                .orElseThrow()
                .hyperparameters()
                .orElseThrow();
        assertThat(resolved.nEpochs().orElseThrow().asInteger()).isEqualTo(4);
        assertThat(resolved.batchSize().orElseThrow().asInteger()).isEqualTo(8);
        assertThat(resolved.learningRateMultiplier().orElseThrow().asNumber()).isEqualTo(5);
        step("running, auto shown resolved");

        client.fineTuning().jobs().pause(kept.id());
        FineTuningJob paused = until(() -> job(kept.id()), job -> !job.status().equals(FineTuningJob.Status.RUNNING));
        assertThat(paused.status().asString()).isEqualTo("paused");
        assertThat(paused.finishedAt()).isEmpty();
        assertThat(paused.estimatedFinish()).isEmpty();
        assertThat(steps(paused)).isPositive();
        step("paused after step " + steps(paused));

        // the slot is free: the other job runs, and is cancelled
        until(() -> job(other.id()), job -> job.status().equals(FineTuningJob.Status.RUNNING));
        client.fineTuning().jobs().cancel(other.id());
        FineTuningJob cancelled =
                until(() -> job(other.id()), job -> !job.status().equals(FineTuningJob.Status.RUNNING));
        assertThat(cancelled.validate().status()).isEqualTo(FineTuningJob.Status.CANCELLED);
        assertThat(cancelled.fineTunedModel()).isEmpty();
        assertThat(cancelled.finishedAt()).isPresent();
        refused(
                BadRequestException.class,
                "job_already_ended",
                null,
                "cancelled",
                () -> client.fineTuning().jobs().resume(other.id()));
        step("the other job ran meanwhile, and was cancelled");

        assertThat(client.fineTuning().jobs().resume(kept.id()).status())
                .isIn(FineTuningJob.Status.QUEUED, FineTuningJob.Status.RUNNING);
    }

    private static int steps(FineTuningJob job) {
        Map<String, Object> progress =
                job._additionalProperties().get("progress").convert(new Fields());
        return progress != null && progress.get("step") instanceof Integer step ? step : 0;
    }

    /** Polls until the answer is enough, and returns it. */
    private static <T> T until(Supplier<T> ask, Predicate<T> enough) {
        return await().atMost(LONGEST).pollInterval(Duration.ofMillis(200)).until(ask::get, enough);
    }

    /** Events as they come while the job goes on, then in pages; both say the same. */
    private void history() throws Exception {
        List<Streamed> live = stream(null);
        step("resumed, followed by SSE: " + live.size() + " events until [DONE]");
        FineTuningJob done = job(kept.id()).validate();
        assertThat(done.status()).isEqualTo(FineTuningJob.Status.SUCCEEDED);
        assertThat(done.error()).isEmpty();
        assertThat(done.trainedTokens().orElseThrow()).isPositive();

        List<FineTuningJobEvent> pages =
                new ArrayList<>(client
                        .fineTuning()
                        .jobs()
                        .listEvents(
                                kept.id(),
                                JobListEventsParams.builder().limit(5).build())
                        .autoPager()
                        .stream()
                        .map(FineTuningJobEvent::validate)
                        .toList());
        assertThat(pages.get(0).message()).isEqualTo("The job has successfully completed");
        Collections.reverse(pages);
        assertThat(pages)
                .extracting(FineTuningJobEvent::id)
                .isEqualTo(live.stream().map(Streamed::id).toList());
        assertThat(pages)
                .extracting(FineTuningJobEvent::message)
                .isEqualTo(live.stream()
                        .map(streamed -> streamed.event().get("message").asString())
                        .toList());
        assertThat(live.stream()
                        .map(Streamed::event)
                        .filter(event -> event.get("type").asString().equals("metrics"))
                        .map(event -> event.get("data"))
                        .filter(data -> data.has("train_loss"))
                        .map(data -> data.get("step").asInt())
                        .toList())
                .isEqualTo(EVERY_STEP);
        assertThat(stream(live.get(live.size() - 3).id())).isEqualTo(live.subList(live.size() - 2, live.size()));
        step(pages.size() + " events in pages of 5, the same as streamed; the last two again by Last-Event-ID");

        List<FineTuningJobCheckpoint> checkpoints = client
                .fineTuning()
                .jobs()
                .checkpoints()
                .list(kept.id(), CheckpointListParams.builder().limit(1).build())
                .autoPager()
                .stream()
                .map(FineTuningJobCheckpoint::validate)
                .toList();
        assertThat(checkpoints).extracting(FineTuningJobCheckpoint::stepNumber).containsExactly(24L, 18L, 12L, 6L);
        assertThat(checkpoints).allSatisfy(checkpoint -> {
            assertThat(checkpoint.fineTuningJobId()).isEqualTo(kept.id());
            assertThat(checkpoint.metrics().trainLoss().orElseThrow()).isPositive();
        });
        step("4 checkpoints: " + checkpoints.get(0).fineTunedModelCheckpoint());
    }

    /** The events until the stream says that it is over, by a plain HTTP client. */
    private List<Streamed> stream(String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(baseUrl + "/fine_tuning/jobs/" + kept.id() + "/events"))
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + key)
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.headers().firstValue("Content-Type").orElse(null)).startsWith("text/event-stream");
        List<Streamed> events = new ArrayList<>();
        Map<String, String> fields = new TreeMap<>();
        for (String line : (Iterable<String>) answer.body()::iterator) {
            if (!line.isEmpty()) {
                String[] field = line.split(": ?", 2);
                fields.put(field[0], field[1]);
            } else if ("[DONE]".equals(fields.get("data"))) {
                return events;
            } else if (fields.containsKey("data")) {
                events.add(new Streamed(fields.get("id"), JsonMapper.shared().readTree(fields.get("data"))));
                fields.clear();
            }
        }
        throw new AssertionError("the stream ended without [DONE]");
    }

    private void results() throws IOException {
        FineTuningJob done = job(kept.id());
        List<String> lines = new String(content(done.resultFiles().get(0)), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines.get(0)).startsWith("step,train_loss,train_mean_token_accuracy,valid_loss,");
        List<String[]> table =
                lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
        assertThat(table.stream()
                        .filter(row -> !row[1].isEmpty())
                        .map(row -> Integer.parseInt(row[0]))
                        .toList())
                .isEqualTo(EVERY_STEP);
        assertThat(Double.parseDouble(table.get(table.size() - 1)[5])).isLessThan(Double.parseDouble(table.get(0)[3]));
        assertThat(client.files().retrieve(done.resultFiles().get(0)).purpose())
                .isEqualTo(FileObject.Purpose.FINE_TUNE_RESULTS);

        List<String> artifacts = done._additionalProperties().get("artifacts").convert(new Strings());
        Map<String, byte[]> artifact = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content(artifacts.get(0))))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                artifact.put(entry.getName(), zip.readAllBytes());
            }
        }
        assertThat(artifact).containsOnlyKeys("README.md", "adapter_config.json", "adapter_model.safetensors");
        assertThat(JsonMapper.shared()
                        .readTree(artifact.get("adapter_config.json"))
                        .get("r")
                        .asInt())
                .isEqualTo(4);
        step("results of every step once, and a PEFT adapter");
    }

    private static final class Strings extends TypeReference<List<String>> {}

    private static final class Fields extends TypeReference<Map<String, Object>> {}

    /** The real deliveries, verified by the SDK. */
    private void webhooks() {
        JsonNode deliveries = until(this::delivered, list -> list.size() >= 2);
        List<String> events = deliveries
                .valueStream()
                .map(delivery -> client.webhooks().unwrap(verification(delivery, "")))
                .map(JavaScenario::typeAndJob)
                .toList();
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "fine_tuning.job.cancelled " + other.id(), "fine_tuning.job.succeeded " + kept.id());
        assertThatThrownBy(() -> client.webhooks().unwrap(verification(deliveries.get(0), " ")))
                .isInstanceOf(InvalidWebhookSignatureException.class);
        assertThat(client.webhooks().delete(endpoint.id()).validate().deleted()).isTrue();
        assertThat(client.webhooks().list().autoPager())
                .extracting(WebhookEndpoint::id)
                .doesNotContain(endpoint.id());
        step("webhooks.unwrap verified both deliveries");
    }

    private JsonNode delivered() {
        try {
            return JsonMapper.shared()
                    .readTree(http.send(
                                    HttpRequest.newBuilder(URI.create(receiver)).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private WebhookVerificationParams verification(JsonNode delivery, String change) {
        Headers.Builder headers = Headers.builder();
        delivery.get("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asString()));
        return WebhookVerificationParams.builder()
                .payload(delivery.get("body").asString() + change)
                .headers(headers.build())
                .secret(endpoint.signingSecret())
                .build();
    }

    private static String typeAndJob(UnwrapWebhookEvent event) {
        return event.isFineTuningJobSucceeded()
                ? "fine_tuning.job.succeeded "
                        + event.asFineTuningJobSucceeded().data().id()
                : "fine_tuning.job.cancelled "
                        + event.asFineTuningJobCancelled().data().id();
    }

    private void lists() {
        assertThat(jobs(Map.of("sdk", SDK), 1)).containsExactly(other.id(), kept.id());
        assertThat(jobs(Map.of("sdk", SDK, "which", "kept"), 20)).containsExactly(kept.id());
        assertThat(jobs(Map.of(), 1)).contains(kept.id());
        assertThat(jobs(Map.of("sdk", "none"), 20)).isEmpty();
        step("jobs.list by metadata, page by page");
    }

    private List<String> jobs(Map<String, String> metadata, int limit) {
        JobListParams.Metadata.Builder filter = JobListParams.Metadata.builder();
        metadata.forEach(filter::putAdditionalProperty);
        return client
                .fineTuning()
                .jobs()
                .list(JobListParams.builder()
                        .metadata(filter.build())
                        .limit(limit)
                        .build())
                .autoPager()
                .stream()
                .map(FineTuningJob::id)
                .toList();
    }

    private void deletion() {
        String tuned = job(kept.id()).fineTunedModel().orElseThrow();
        assertThat(tuned).startsWith("ft:" + MODEL + ":").contains(":" + SDK + ":");
        assertThat(client.models().retrieve(tuned).validate().id()).isEqualTo(tuned);
        assertThat(client.models().retrieve(MODEL).validate().id()).isEqualTo(MODEL);
        assertThat(client.models().list().autoPager()).extracting(Model::id).contains(tuned, MODEL);
        ModelDeleted removed = client.models().delete(tuned).validate();
        assertThat(removed.deleted()).isTrue();
        assertThat(removed.id()).isEqualTo(tuned);
        refused(
                NotFoundException.class,
                "model_not_found",
                "model",
                "",
                () -> client.models().retrieve(tuned));
        refused(
                NotFoundException.class,
                "model_not_found",
                "model",
                "",
                () -> client.models().delete(tuned));
        assertThat(client.models().list().autoPager()).extracting(Model::id).doesNotContain(tuned);
        assertThat(client.fineTuning().jobs().checkpoints().list(kept.id()).autoPager())
                .isEmpty();
        for (String file : files) {
            assertThat(client.files().delete(file).validate().deleted()).isTrue();
            refused(
                    NotFoundException.class,
                    "not_found",
                    null,
                    "",
                    () -> client.files().retrieve(file));
        }
        assertThat(client.files()
                        .list(FileListParams.builder().purpose("fine-tune").build())
                        .autoPager())
                .extracting(FileObject::id)
                .doesNotContainAnyElementsOf(files);
        step("model, checkpoints and files deleted");
    }
}
