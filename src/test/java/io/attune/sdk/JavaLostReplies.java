package io.attune.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.Sleeper;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileDeleted;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.models.ModelDeleted;
import com.openai.models.uploads.Upload;
import com.openai.models.uploads.UploadCompleteParams;
import com.openai.models.uploads.UploadCreateParams;
import com.openai.models.uploads.parts.PartCreateParams;
import com.openai.models.webhooks.DeletedWebhookEndpoint;
import com.openai.models.webhooks.WebhookCreateParams;
import com.openai.models.webhooks.WebhookEndpointWithSecret;
import com.openai.services.blocking.finetuning.JobService;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes each changing call of the API once with openai-java, as if nothing could go wrong, while a proxy loses answers. The same calls
 * as in src/test/sdk/python/lost-replies.py and src/test/sdk/node/lost-replies.mjs.
 */
final class JavaLostReplies {

    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";
    private static final byte[] ROWS = ROW.repeat(12).getBytes(StandardCharsets.UTF_8);

    private final OpenAIClient client;

    JavaLostReplies(String baseUrl, String key) {
        client = OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(key)
                .sleeper(new NoPauses())
                .build();
    }

    /** The SDK's repeats follow at once, which is all that is changed of it. */
    private static final class NoPauses implements Sleeper {

        @Override
        public void sleep(Duration duration) {}

        @Override
        public CompletableFuture<Void> sleepAsync(Duration duration) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    /** What the SDK was given in the end. */
    JsonNode run(String baseModel, String tunedModel) {
        System.out.println("openai-java " + JavaScenario.version());
        try {
            FileObject file = client.files()
                    .create(FileCreateParams.builder()
                            .file(MultipartField.<InputStream>builder()
                                    .value(new ByteArrayInputStream(ROWS))
                                    .filename("kept.jsonl")
                                    .build())
                            .purpose(FilePurpose.FINE_TUNE)
                            .build());
            Upload upload = upload("parts.jsonl", ROWS.length * 2);
            List<String> parts = List.of(part(upload), part(upload)); // equal on purpose: two parts
            Upload completed = client.uploads()
                    .complete(
                            upload.id(),
                            UploadCompleteParams.builder().partIds(parts).build());
            Upload cancelled = client.uploads().cancel(upload("never.jsonl", 5).id());

            JobService jobs = client.fineTuning().jobs();
            List<String> sweep = Stream.generate(() -> jobs.create(JobCreateParams.builder()
                            .model(baseModel)
                            .trainingFile(file.id())
                            .build()))
                    .limit(3) // equal on purpose: three jobs
                    .map(FineTuningJob::id)
                    .toList();
            List<String> statuses = Stream.of(
                            jobs.pause(sweep.get(0)),
                            jobs.resume(sweep.get(0)),
                            jobs.cancel(sweep.get(0)),
                            jobs.pause(sweep.get(1)),
                            jobs.resume(sweep.get(1)),
                            jobs.pause(sweep.get(1))) // the same call twice
                    .map(job -> job.status().asString())
                    .toList();

            ModelDeleted model = client.models().delete(tunedModel);
            WebhookEndpointWithSecret endpoint = client.webhooks()
                    .create(WebhookCreateParams.builder()
                            .name("mine")
                            .url("https://example.com/hooks")
                            .addEventType(WebhookCreateParams.EventType.FINE_TUNING_JOB_SUCCEEDED)
                            .build());
            DeletedWebhookEndpoint removed = client.webhooks().delete(endpoint.id());
            FileObject whole = completed.file().orElseThrow();
            FileDeleted deleted = client.files().delete(whole.id());
            return JsonMapper.shared()
                    .valueToTree(Map.ofEntries(
                            Map.entry("file", file.id()),
                            Map.entry("upload", completed.id()),
                            Map.entry("upload_status", completed.status().asString()),
                            Map.entry("parts", parts),
                            Map.entry("upload_file", whole.id()),
                            Map.entry("cancelled", cancelled.id()),
                            Map.entry("cancelled_status", cancelled.status().asString()),
                            Map.entry("jobs", sweep),
                            Map.entry("statuses", statuses),
                            Map.entry("endpoint", endpoint.id()),
                            Map.entry("secret", endpoint.signingSecret()),
                            Map.entry("deleted", List.of(model.id(), removed.id(), deleted.id())),
                            Map.entry("all_deleted", model.deleted() && removed.deleted() && deleted.deleted())));
        } finally {
            client.close();
        }
    }

    private Upload upload(String filename, long bytes) {
        return client.uploads()
                .create(UploadCreateParams.builder()
                        .bytes(bytes)
                        .filename(filename)
                        .mimeType("text/jsonl")
                        .purpose(FilePurpose.FINE_TUNE)
                        .build());
    }

    private String part(Upload upload) {
        return client.uploads()
                .parts()
                .create(upload.id(), PartCreateParams.builder().data(ROWS).build())
                .id();
    }
}
