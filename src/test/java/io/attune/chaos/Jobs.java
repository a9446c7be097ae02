package io.attune.chaos;

import io.attune.tales.DemoData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;

/** The user: makes jobs, waits for them and fetches what they have made. */
final class Jobs {

    private static final int TRAINING_ROWS = 120;
    private static final int VALIDATION_ROWS = 12;
    private static final List<String> FINAL = List.of("succeeded", "failed", "cancelled");

    private final Api api;
    private final Scale scale;
    private final String training;
    private final String validation;
    /** Kinds of the jobs that were accepted, by id. */
    private final Map<String, JobKind> accepted = new LinkedHashMap<>();

    /**
     * What a job has made.
     *
     * @param weights checksums of the published weights by step, the last step's being the model's
     * @param artifacts checksums of the checkpoints' archives by their ids
     * @param results the CSV
     */
    record Made(Map<Integer, String> weights, Map<String, String> artifacts, String results) {}

    private Jobs(Api api, Scale scale, String training, String validation) {
        this.api = api;
        this.scale = scale;
        this.training = training;
        this.validation = validation;
    }

    /** Uploads the rows of all jobs. */
    static Jobs of(Api api, Scale scale, Path folder) throws IOException, InterruptedException {
        Path rows = Files.createDirectories(folder.resolve("rows"));
        DemoData.write(rows);
        return new Jobs(
                api,
                scale,
                api.upload(first(rows.resolve("train.jsonl"), TRAINING_ROWS)),
                api.upload(first(rows.resolve("validation.jsonl"), VALIDATION_ROWS)));
    }

    private static Path first(Path file, int rows) throws IOException {
        return Files.write(
                file.resolveSibling("few-" + file.getFileName()),
                Files.readAllLines(file).subList(0, rows));
    }

    /** @return the job's id, once the service has accepted it */
    String create(JobKind kind) throws InterruptedException {
        String id = api.create(kind.body(training, validation, scale.steps(), Integer.toString(accepted.size())));
        accepted.put(id, kind);
        return id;
    }

    Map<String, JobKind> accepted() {
        return accepted;
    }

    /** Jobs of ours that have not ended. */
    List<String> unfinished() throws InterruptedException {
        return api.all("/v1/fine_tuning/jobs").stream()
                .filter(job -> accepted.containsKey(job.required("id").asString()))
                .filter(job -> !FINAL.contains(job.required("status").asString()))
                .map(job -> job.required("id").asString() + " ("
                        + job.required("status").asString() + ", " + job.path("progress") + ")")
                .toList();
    }

    /** @return the jobs that have not ended within this time */
    List<String> awaitAll(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        List<String> unfinished = unfinished();
        while (!unfinished.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
            unfinished = unfinished();
        }
        return unfinished;
    }

    /** Fetches what a succeeded job has made. */
    Made made(String id) throws IOException, InterruptedException {
        JsonNode job = api.get("/v1/fine_tuning/jobs/" + id);
        byte[] model = content(job.required("artifacts").get(0).asString());
        byte[] results = content(job.required("result_files").get(0).asString());
        Map<Integer, String> weights = new TreeMap<>();
        Map<String, String> artifacts = new TreeMap<>();
        for (JsonNode checkpoint : api.all("/v1/fine_tuning/jobs/" + id + "/checkpoints")) {
            String name = checkpoint.required("id").asString();
            byte[] zip = api.bytes("/v1/fine_tuning/jobs/" + id + "/checkpoints/" + name + "/content");
            weights.put(checkpoint.required("step_number").asInt(), weights(zip));
            artifacts.put(name, sha256(zip));
        }
        String last = weights.put(scale.steps(), weights(model));
        if (!weights.get(scale.steps()).equals(last)) {
            throw new IOException("the last checkpoint of " + id + " is not its model");
        }
        return new Made(weights, artifacts, new String(results, StandardCharsets.UTF_8));
    }

    private byte[] content(String file) throws InterruptedException {
        return api.bytes("/v1/files/" + file + "/content");
    }

    /** Checksum of the weights in an artifact. */
    private static String weights(byte[] artifact) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(artifact))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().matches("(adapter_)?model\\.safetensors")) {
                    return sha256(zip.readAllBytes());
                }
            }
        }
        throw new IOException("an artifact holds no weights");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
