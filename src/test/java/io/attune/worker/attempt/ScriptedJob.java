package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.catalog.BaseModels;
import io.attune.disk.Disks;
import io.attune.disk.Room;
import io.attune.estimate.Kind;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.pool.Device;
import io.attune.process.ProcessMark;
import io.attune.process.WorkFolders;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import io.attune.trainer.launch.ScriptedTrainer;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.worker.device.Devices;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.Leases;
import io.attune.worker.lease.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ApplicationContext;

/**
 * The only job of a real service with PostgreSQL, and the worker that runs its attempts. The trainer is a real process,
 * a {@link ScriptedTrainer}: the training file of the job is its script. After each test neither a work folder nor a
 * trainer may be left.
 */
final class ScriptedJob implements BeforeEachCallback, AfterEachCallback {

    static final String ID = "ftjob-12345678";

    /** Of a scripted trainer, as after {@code -Xmx}. */
    private static final String HEAP = "64m";

    /** For a worker that kills a trainer after ten silent seconds, which a JVM of a busy machine does not need to start. */
    static final WorkerSettings IMPATIENT = new WorkerSettings(
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5));

    private final TestService service;
    private final Path folder;
    private WorkerSettings settings =
            WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5));
    private Disks disks = Room.ample();
    private Drain drain = new Drain(settings);

    /** @param folder for files through which a test and its trainer talk */
    ScriptedJob(ApplicationContext context, Path folder) {
        this.service = new TestService(context);
        this.folder = folder;
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        service.empty();
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        try (Stream<Path> folders = Files.list(folders().attempts())) {
            assertThat(folders).as("work folders").isEmpty();
        }
        assertThat(ProcessHandle.current()
                        .children()
                        .flatMap(child -> child.info().arguments().stream())
                        .filter(arguments -> String.join(" ", arguments).contains("ScriptedTrainer")))
                .as("trainers")
                .isEmpty();
    }

    /** Creates the job. It waits for validation. */
    void script(String... lines) {
        service.job(ID, 0);
        train(lines);
    }

    /** Creates the job. It waits for training. */
    void scriptForTraining(String... lines) {
        service.queuedJob(ID, 0);
        train(lines);
    }

    private void train(String... lines) {
        service.file("file-script", "fine-tune", String.join("\n", lines));
        update("update job set training_file = 'file-script',"
                + " training_blob = (select blob from file where id = 'file-script')");
    }

    /** Leaves a job whose first attempt saved its state after step 1, for a pause. */
    void pausedAfterStepOne(String... afterwards) throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train mark " + path("up"),
                "train await-stop",
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}"));
        lines.addAll(List.of(afterwards));
        scriptForTraining(lines.toArray(String[]::new));
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        post("pause");
        running.join();
        assertThat(status()).isEqualTo("paused");
    }

    /** Leaves a job whose first attempt saved its state after steps 1, 2 and 3, and then crashed. */
    void crashedAfterThreeStates(String... afterwards) throws Exception {
        List<String> lines = new ArrayList<>(List.of("train " + Script.STARTED));
        for (int step = 1; step <= 3; step++) {
            String state = "resume/step-" + step;
            lines.addAll(List.of(
                    "train " + Script.step(step, 3.0),
                    "train folder " + state,
                    "train write " + state + "/step " + step,
                    "train say {\"message\": \"saved\", \"step\": " + step + ", \"folder\": \"" + state
                            + "\", \"seconds\": 0.1}",
                    "train await-taken",
                    "train require-gone " + state));
        }
        lines.add("train die 9");
        lines.addAll(List.of(afterwards));
        scriptForTraining(lines.toArray(String[]::new));
        run(Purpose.TRAIN);
        assertThat(value("select outcome from attempt")).isEqualTo("crashed");
        update("update job set not_before = null");
    }

    /** Records the lengths of the rows, as a validation would have. */
    void longestRow(int tokens) {
        update("update job set resolved = jsonb_set(resolved, '{hyperparameters,max_length}', '1000')");
        service.jdbc()
                .sql("insert into validation (job, passed, report) values (:job, true, :report::jsonb)")
                .param("job", ID)
                .param("report", """
                        {"training_file": {"id": "file-script", "rows": 4, "tokens": 9, "target_tokens": 9,
                        "tokens_per_row": {"min": 5, "mean": 7.5, "median": 7, "p95": 9, "max": %d},
                        "truncated_rows": 0, "dropped_rows": 0, "findings": [], "more_findings": 0}}""".formatted(tokens))
                .update();
    }

    void workWith(WorkerSettings settings) {
        this.settings = settings;
        this.drain = new Drain(settings);
    }

    void useDisks(Disks disks) {
        this.disks = disks;
    }

    void stopWorker() {
        drain.begin();
    }

    void startWorker() {
        drain = new Drain(settings);
    }

    Optional<Attempt> claim(Purpose purpose) {
        return service.claim(purpose, settings.lease());
    }

    /** Runs an attempt to its end, if the job may be claimed. */
    Optional<Attempt> run(Purpose purpose) throws InterruptedException {
        long before = System.nanoTime();
        Optional<Claim> claim = service.claimed(purpose, settings.lease());
        if (claim.isPresent()) {
            runner().run(claim.get(), "cpu", before, drain);
        }
        return claim.map(Claim::attempt);
    }

    /** Trains at once, though the job is to wait before its next attempt. */
    void runAgain() throws InterruptedException {
        update("update job set not_before = now()");
        assertThat(run(Purpose.TRAIN)).isPresent();
    }

    Thread runBeside(Purpose purpose) {
        Thread thread = new Thread(() -> {
            try {
                run(purpose);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    private AttemptRunner runner() {
        TrainerLauncher launcher = ScriptedTrainer.launcher(HEAP, folders().djl());
        BlobStore blobs = bean(BlobStore.class);
        JobQueue queue = bean(JobQueue.class);
        var devices = new Devices(List.of(new Device("cpu", Kind.CPU, 1L << 30)));
        var specifications = new Specifications(blobs, devices, settings);
        var publisher = new Publisher(launcher, specifications);
        return new AttemptRunner(
                new Leases(queue, bean(QueueSignals.class), blobs, settings),
                bean(BaseModels.class),
                new WorkFolders(folders().attempts(), disks),
                new ValidationWork(specifications, launcher),
                new TrainingWork(blobs, specifications, launcher, publisher, Clock.systemUTC()),
                new TrainerLogs(blobs, queue),
                settings);
    }

    /** Asks for {@code pause}, {@code resume} or {@code cancel}, as a user does. */
    void post(String control) {
        assertThat(service.client()
                        .post("/v1/fine_tuning/jobs/" + ID + "/" + control, "")
                        .status())
                .isEqualTo(200);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    void awaitFile(String name) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(path(name)));
    }

    /** The process of the first attempt. */
    ProcessHandle trainer() throws IOException {
        return ProcessMark.read(folders().attempts().resolve(ID + "-1"))
                .orElseThrow()
                .alive()
                .orElseThrow();
    }

    String status() {
        return service.status(ID);
    }

    List<String> messages() {
        return service.messages(ID);
    }

    String value(String sql) {
        return service.jdbc().sql(sql).query(String.class).single();
    }

    List<String> values(String sql) {
        return service.jdbc().sql(sql).query(String.class).list();
    }

    void update(String sql) {
        service.jdbc().sql(sql).update();
    }

    /** @param column of the job, with the id of a file */
    Path blobOfFile(String column) throws IOException {
        return bean(BlobStore.class).local(value("select blob from file where id = (select " + column + " from job)"));
    }

    String logOf(int attempt) throws IOException {
        return Files.readString(
                bean(BlobStore.class).local(value("select log from attempt where number = " + attempt)));
    }

    DataFolder folders() {
        return bean(DataFolder.class);
    }

    <T> T bean(Class<T> type) {
        return service.bean(type);
    }
}
