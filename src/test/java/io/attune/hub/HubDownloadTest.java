package io.attune.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.format.ModelFormatException;
import io.attune.format.ModelOrigin;
import io.attune.hub.TestHub.Received;
import io.attune.text.TinyModel;
import io.attune.text.TinyModel.Prefix;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Downloads a model from a Hub that the test serves. The download succeeds or explains its failure, whatever the
 * network does.
 */
@Timeout(60)
class HubDownloadTest {

    private static final String ID = "maker/Tiny-1";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private final DownloadListener listener = new DownloadListener() {
        @Override
        public void progress(String file, long done, long total) {
            progress.add(file + " " + done + "/" + total);
        }

        @Override
        public void waiting(String reason, Duration pause) {
            progress.add(reason);
        }
    };

    private TestHub hub;
    private Path model;
    private byte[] weights;
    private long usableSpace = Long.MAX_VALUE;
    private Duration silence = Duration.ofSeconds(20);
    private Duration answer = Duration.ofSeconds(20);

    @BeforeEach
    void serveAModel() throws IOException {
        hub = new TestHub(ID);
        model = TinyModel.write(folder.resolve("model"), TinyModel.TURNS, Prefix.NONE);
        weights = Files.readAllBytes(model.resolve(WEIGHTS));
        hub.withFolder(model)
                .with("additional_chat_templates/tool_use.jinja", "{{ messages }}")
                .with("README.md", "a tiny model")
                .with("modeling_tiny.py", "import os")
                .with("pytorch_model.bin", new byte[100])
                .with("consolidated.safetensors", new byte[100])
                .with("onnx/model.onnx", new byte[100])
                .with("tiny-Q8_0.gguf", new byte[100]);
        environment.put("HF_ENDPOINT", hub.endpoint());
        environment.put("HOME", folder.resolve("home").toString());
    }

    @AfterEach
    void stopServing() {
        hub.close();
    }

    @Test
    void theFilesOfAModelAreFetchedAtOneCommitAndNoOthers() throws IOException {
        ModelOrigin fetched = fetch("main");

        assertThat(fetched.hubCommit()).isEqualTo(TestHub.COMMIT);
        assertThat(fetched.source()).isEqualTo(ID);
        assertThat(files(fetched.files()))
                .containsExactly(
                        "additional_chat_templates/tool_use.jinja",
                        "config.json",
                        WEIGHTS,
                        "tokenizer.json",
                        "tokenizer_config.json");
        for (String name : List.of("config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json")) {
            assertThat(fetched.files().resolve(name)).hasSameBinaryContentAs(model.resolve(name));
        }
        assertThat(hub.received())
                .filteredOn(request -> request.path().startsWith("/" + ID))
                .isNotEmpty()
                .allMatch(request -> request.path().startsWith("/" + ID + "/resolve/" + TestHub.COMMIT + "/"));
        assertThat(progress).last().isEqualTo(WEIGHTS + " " + weights.length + "/" + weights.length);
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0", "refs/pr/3", TestHub.COMMIT})
    void aTagAPullRequestOrACommitIsARevisionToo(String revision) {
        assertThat(fetch(revision).hubCommit()).isEqualTo(TestHub.COMMIT);
    }

    @Test
    void aListingOfManyPagesIsReadToItsEnd() throws IOException {
        hub.pagesOf(2);
        assertThat(files(fetch("main").files())).contains("config.json", WEIGHTS, "tokenizer.json");
    }

    @Test
    void aRenamedModelIsFetchedUnderItsOldId() throws IOException {
        hub.renamedFrom("before/Tiny");
        try (DownloadFolder into = DownloadFolder.open(folder.resolve("downloads"), id("before/Tiny"))) {
            download().fetch(id("before/Tiny"), "main", null, into, listener);
            assertThat(into.path().resolve(WEIGHTS)).hasBinaryContent(weights);
        }
    }

    @Test
    void theShardsThatTheIndexNamesAreFetched() throws IOException {
        hub.with("model-00001-of-00002.safetensors", new byte[] {1, 2})
                .with("model-00002-of-00002.safetensors", new byte[] {3})
                .with("model-00003-of-00003.safetensors", new byte[] {4})
                .with("model.safetensors.index.json", """
                        {"metadata": {"total_size": 3}, "weight_map": {"a": "model-00001-of-00002.safetensors",
                         "b": "model-00002-of-00002.safetensors"}}""")
                .without(WEIGHTS);

        assertThat(files(fetch("main").files()))
                .contains(
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json")
                .doesNotContain("model-00003-of-00003.safetensors", "consolidated.safetensors");
        assertThat(progress).last().isEqualTo("model-00002-of-00002.safetensors 3/3");
    }

    @Test
    void aShardThatIsNotThereIsNamedBeforeAnyIsFetched() {
        hub.with("model-00001-of-00002.safetensors", new byte[] {1, 2})
                .with("model.safetensors.index.json", """
                        {"weight_map": {"a": "model-00001-of-00002.safetensors",
                         "b": "model-00002-of-00002.safetensors"}}""")
                .without(WEIGHTS);

        refused("lacks the file model-00002-of-00002.safetensors");
        assertThat(hub.receivedFor("model-00001-of-00002.safetensors")).isEmpty();
    }

    @Test
    void aModelThatIsNotBuiltIsRefusedBeforeItsWeightsAreFetched() {
        hub.with("config.json", "{\"model_type\": \"t5\", \"architectures\": [\"T5ForConditionalGeneration\"]}");

        assertThatThrownBy(() -> fetch("main"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("t5");
        assertThat(hub.receivedFor(WEIGHTS)).isEmpty();
        assertThat(hub.receivedFor("tokenizer.json")).isEmpty();
        assertThat(downloads()).isEmptyDirectory();
    }

    @Test
    void aGgufFileIsFetchedAloneAndASplitOneWithAllItsParts() throws IOException {
        hub.with("Q4/tiny-00001-of-00003.gguf", new byte[] {1, 2})
                .with("Q4/tiny-00002-of-00003.gguf", new byte[] {3})
                .with("Q4/tiny-00003-of-00003.gguf", new byte[] {4});

        ModelOrigin single = fetch("main", "tiny-Q8_0.gguf");
        assertThat(files(single.files().getParent())).containsExactly("tiny-Q8_0.gguf");
        assertThat(single.source()).isEqualTo(ID + "/tiny-Q8_0.gguf");

        ModelOrigin split = fetch("main", "Q4/tiny-00002-of-00003.gguf");
        assertThat(split.files()).hasBinaryContent(new byte[] {1, 2});
        assertThat(files(downloads()))
                .as("what the other call has fetched is gone")
                .containsExactly(
                        "maker--Tiny-1/Q4/tiny-00001-of-00003.gguf",
                        "maker--Tiny-1/Q4/tiny-00002-of-00003.gguf",
                        "maker--Tiny-1/Q4/tiny-00003-of-00003.gguf");
    }

    @Test
    void whatHoldsNoSafetensorsIsRefusedWithTheWayOut() {
        hub.without(WEIGHTS);
        refused("only as a pickle", "--revision refs/pr/N", "safe_serialization=True");
        hub.without("pytorch_model.bin");
        refused("holds its weights as GGUF; choose one with --file NAME: tiny-Q8_0.gguf");
        hub.without("tiny-Q8_0.gguf");
        refused("holds neither model.safetensors nor model.safetensors.index.json");
        hub.without("config.json");
        refused("holds no config.json");
        hub.with("adapter_config.json", "{}");
        refused("is a PEFT adapter, not a base model; import the model that it belongs to");
        assertThatThrownBy(() -> fetch("main", "other.gguf"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("has no file other.gguf; it holds no GGUF file");
        assertThat(downloads()).isEmptyDirectory();
    }

    @Test
    void aModelWithoutTokenizerJsonIsRefusedBeforeItsWeightsAreFetched() {
        hub.without("tokenizer.json").with("tokenizer.model", new byte[10]);
        refused("holds no tokenizer.json", "save_pretrained");
        assertThat(hub.receivedFor(WEIGHTS)).isEmpty();
    }

    @Test
    void theTokenGoesToTheHubAndToNoOtherHost() {
        environment.put("HF_TOKEN", "hf_secret");
        hub.knowsToken("hf_secret");
        fetch("main");

        assertThat(hub.received())
                .filteredOn(request -> request.host().equals("hub"))
                .isNotEmpty()
                .allMatch(request -> "Bearer hf_secret".equals(request.header("authorization")));
        assertThat(hub.received())
                .filteredOn(request -> request.host().equals("files"))
                .isNotEmpty()
                .allMatch(request -> request.header("authorization") == null);
    }

    @Test
    void aGatedModelSaysWhereItsLicenceIsAcceptedAndHowATokenIsGiven() throws IOException {
        hub.gated().knowsToken("hf_of_somebody");
        refused("maker/Tiny-1 is gated: accept its licence on " + hub.endpoint() + "/" + ID, "set HF_TOKEN");

        Files.createDirectories(folder.resolve("home/.cache/huggingface"));
        Files.writeString(folder.resolve("home/.cache/huggingface/token"), "hf_of_somebody\n");
        assertThat(fetch("main").hubCommit()).isEqualTo(TestHub.COMMIT);
    }

    @Test
    void aTokenWithoutAccessSaysWhatItsAccountLacks() {
        environment.put("HF_TOKEN", "hf_other");
        hub.knowsToken("hf_other");
        hub.hubNext(TestHub.status(403, "X-Error-Code", "GatedRepo"));
        refused("is gated, and the account of the token in HF_TOKEN may not read it", hub.endpoint() + "/" + ID);
    }

    @Test
    void aTokenThatIsNotValidIsNamed() {
        environment.put("HF_TOKEN", "hf_wrong");
        refused("the Hub does not know the token in HF_TOKEN; make a new one");
    }

    @Test
    void anUnknownModelAndAnUnknownRevisionSayWhatToCheck() {
        try (DownloadFolder into = DownloadFolder.open(downloads(), id("maker/Tiny-2"))) {
            assertThatThrownBy(() -> download().fetch(id("maker/Tiny-2"), "main", null, into, listener))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("has no model maker/Tiny-2, or it is private; check the spelling")
                    .hasMessageContaining("HF_TOKEN");
        }
        assertThatThrownBy(() -> fetch("v9"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("maker/Tiny-1 has no revision v9; --revision wants a branch, a tag or a commit");
        assertThat(downloads()).isEmptyDirectory();
    }

    @Test
    void aConnectionThatBreaksIsTakenUpWhereItEnded() {
        hub.filesNext(hub.breaksAfter(1000)).filesNext(hub.breaksAfter(500));
        fetch("main");

        assertThat(hub.receivedFor(WEIGHTS))
                .filteredOn(request -> request.host().equals("files"))
                .extracting(request -> request.header("range"))
                .containsExactly(null, "bytes=1000-", "bytes=1500-");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void aSecondCallGoesOnWhereTheFirstGaveUp() throws IOException {
        for (int i = 0; i < Retries.TRIES; i++) {
            hub.filesNext(hub.breaksAfter(100));
        }
        refused("fetching model.safetensors failed", "5 times in a row", "it goes on where this one ended");
        assertThat(pauses).hasSize(Retries.TRIES - 1).last().isEqualTo(Duration.ofSeconds(8));
        hub.received().clear();

        ModelOrigin fetched = fetch("main");
        assertThat(hub.receivedFor(WEIGHTS)).last().matches(request -> "bytes=500-".equals(request.header("range")));
        assertThat(hub.receivedFor("tokenizer.json")).as("what is there whole").isEmpty();
        assertThat(fetched.files().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(files(fetched.files())).noneMatch(name -> name.contains(".part"));
    }

    @Test
    void aDownloadThatComesForwardIsNotGivenUp() {
        byte[] large = new byte[8 << 20];
        new Random(1).nextBytes(large);
        hub.with("large.gguf", large);
        for (int i = 0; i < 7; i++) {
            hub.filesNext(hub.breaksAfter((int) Retries.PROGRESS));
        }
        assertThat(fetch("main", "large.gguf").files()).hasBinaryContent(large);
        assertThat(pauses).hasSize(7).containsOnly(Duration.ofSeconds(1));
    }

    @Test
    void aFileThatChangedMeanwhileStartsAnew() {
        hub.filesNext(hub.breaksAfter(1000)).filesNext(hub.sendsUnder("\"another\""));
        fetch("main");

        Received second = hub.receivedFor(WEIGHTS).stream()
                .filter(request ->
                        request.header("range") != null && request.host().equals("files"))
                .findFirst()
                .orElseThrow();
        assertThat(second.header("if-range")).matches("\"[0-9a-f]{32}\"");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void theBeginningOfOtherWeightsIsThrownAway() throws IOException {
        for (int i = 0; i < Retries.TRIES; i++) {
            hub.filesNext(hub.breaksAfter(100));
        }
        refused("5 times in a row");
        byte[] others = weights.clone();
        others[weights.length - 1] ^= 1;
        hub.with(WEIGHTS, others);

        assertThat(fetch("main").files().resolve(WEIGHTS)).hasBinaryContent(others);
        assertThat(hub.receivedFor(WEIGHTS)).last().matches(request -> request.header("range") == null);
    }

    @Test
    void aServerThatIgnoresRangesIsReadFromTheStart() {
        hub.ignoresRange().filesNext(hub.breaksAfter(1000));
        fetch("main");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void aRangeThatWasNotAskedForIsNotTaken() {
        hub.filesNext(hub.breaksAfter(1000))
                .filesNext(TestHub.status(206, "Content-Range", "bytes 5-9/" + weights.length))
                .filesNext(hub.breaksAfter(700))
                .filesNext(TestHub.status(416, "Content-Range", "bytes */" + weights.length));
        fetch("main");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void bytesOfAnotherChecksumAreFetchedOnceMoreAndThenRefused() {
        hub.filesNext(hub.altersOneByte());
        fetch("main");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);

        hub.with(WEIGHTS, new byte[5000]).filesNext(hub.altersOneByte()).filesNext(hub.altersOneByte());
        refused("the bytes of model.safetensors that came, twice, are not those that the Hub lists");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void aSmallFileOfAnotherChecksumIsRefusedToo() throws IOException {
        byte[] wrong = Files.readAllBytes(model.resolve("config.json"));
        wrong[5] ^= 1;
        for (int i = 0; i < 2; i++) {
            hub.hubNext(".*/resolve-cache/.*/config.json", exchange -> {
                exchange.sendResponseHeaders(200, wrong.length);
                exchange.getResponseBody().write(wrong);
            });
        }
        refused("the bytes of config.json that came, twice, are not those that the Hub lists");
    }

    @Test
    void aBusyServerIsAskedAgainAfterThePauseThatItAsksFor() {
        hub.hubNext(TestHub.status(503))
                .hubNext(TestHub.status(429, "Retry-After", "7"))
                .hubNext(TestHub.status(429, "RateLimit", "\"api\";r=0;t=55"))
                .filesNext(TestHub.status(500));
        fetch("main");
        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(56), Duration.ofSeconds(1));
        assertThat(progress).anyMatch(line -> line.contains("127.0.0.1 answered 429"));
    }

    @Test
    void aPauseOfHoursIsNotWaitedFor() {
        hub.hubNext(TestHub.status(429, "Retry-After", "7200"));
        refused("asks for a pause of 7200 s");
        assertThat(pauses).isEmpty();
    }

    @Test
    void anAddressThatHasExpiredIsAskedForAnew() {
        hub.filesNext(TestHub.status(403));
        fetch("main");
        assertThat(downloads().resolve("maker--Tiny-1/" + WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void aServerThatFallsSilentIsGivenUpAndAskedAgain() {
        silence = Duration.ofMillis(200);
        hub.filesNext(hub.fallsSilentAfter(1000));
        fetch("main");
        assertThat(progress).anyMatch(line -> line.contains("no byte came for 0.2 s"));
        assertThat(hub.receivedFor(WEIGHTS)).last().matches(request -> "bytes=1000-".equals(request.header("range")));
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAndAskedAgain() {
        answer = Duration.ofMillis(500);
        hub.hubNext(hub.neverAnswers());
        assertThat(fetch("main").hubCommit()).isEqualTo(TestHub.COMMIT);
        assertThat(pauses).isNotEmpty();
    }

    @Test
    void aServerThatIsNotThereIsSaidSo() {
        hub.close();
        refused("asking " + hub.endpoint() + " for revision main of maker/Tiny-1 failed: ConnectException");
    }

    @Test
    void redirectsThatLeadNowhereAreNotFollowed() {
        hub.hubNext(TestHub.status(302, "Location", "ftp://127.0.0.1/x"));
        refused("redirects to \"ftp://127.0.0.1/x\", which is no address");
        hub.hubNext(TestHub.status(302));
        refused("redirects to \"\", which is no address");
        for (int i = 0; i < 9; i++) {
            hub.hubNext(TestHub.status(302, "Location", "/again"));
        }
        refused("redirects more than 8 times");
    }

    @Test
    void anEncryptedConnectionIsNotGivenUpForOneThatIsNot() {
        URI hub = URI.create("https://hub.example/maker/Tiny-1/resolve/main/config.json");
        assertThatThrownBy(() -> HubHttp.target(hub, "http://hub.example/x"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("from an encrypted connection to one that is not, of hub.example");
        assertThat(HubHttp.target(hub, "https://files.example/x?y=z")).hasToString("https://files.example/x?y=z");
        assertThat(HubHttp.target(hub, "/api/x")).hasToString("https://hub.example/api/x");
        assertThat(HubHttp.target(URI.create("http://mirror.example/x"), "https://files.example/x"))
                .hasHost("files.example");
    }

    @Test
    void aHostileServerIsBounded() {
        hub.hubNext(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 40; i++) {
                exchange.getResponseBody().write(spaces);
            }
        });
        refused("the Hub's answer is longer than 33554432 bytes");
        hub.hubNext(answering("{\"sha\": \"../../x\"}"));
        refused("names no commit for revision main", "does not answer as the Hugging Face Hub does");
        hub.hubNext(answering("<html>"));
        refused("cannot be read; it does not answer as the Hugging Face Hub does");
        hub.listsSize(-1L << 40);
        refused("gives no possible size");
        hub.listsSize(Long.MAX_VALUE);
        refused("gives no possible size");
    }

    @Test
    void moreBytesThanListedAreNotWritten() throws IOException {
        hub.listsSize(100);
        refused("more bytes come than the 100 that the Hub lists");
        assertThat(Files.size(downloads().resolve("maker--Tiny-1/model.safetensors.part")))
                .isLessThanOrEqualTo(100);
    }

    @Test
    void pathsThatLeadOutOfTheFolderAreNotLookedAt() {
        hub.with("../model-00001-of-00001.gguf", new byte[1]).with(".hidden.gguf", new byte[1]);
        assertThatThrownBy(() -> fetch("main", "../model-00001-of-00001.gguf"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("has no file ../model-00001-of-00001.gguf; tiny-Q8_0.gguf");
    }

    @Test
    void aDiskThatIsTooSmallIsSaidBeforeTheWeightsAreFetched() {
        usableSpace = 2L * weights.length - 1;
        refused("GB are still to be fetched", "set ATTUNE_DATA to a folder on a larger disk");
        assertThat(hub.receivedFor(WEIGHTS)).isEmpty();
        usableSpace++;
        fetch("main");
    }

    @Test
    void twoImportsOfOneModelDoNotMeet() {
        try (DownloadFolder first = DownloadFolder.open(downloads(), id(ID))) {
            assertThat(first.path()).isDirectory();
            assertThatThrownBy(() -> fetch("main"))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("another import fetches maker/Tiny-1");
        }
        fetch("main");
    }

    @Test
    void anAnswerOfAnUnknownKindIsToldWithTheHostAndTheFile() {
        hub.filesNext(TestHub.status(404));
        refused("127.0.0.1 answered 404 for model.safetensors of maker/Tiny-1");
        hub.hubNext(TestHub.status(418, "X-Error-Message", "a pot"));
        refused("127.0.0.1 answered 418 for revision main of maker/Tiny-1: a pot");
        assertThat(Refusal.shown("a \u001b[31mpot")).as("on a terminal").isEqualTo("a ?[31mpot");
    }

    @Test
    void aServerThatTakesBackWhatItGaveIsNotAskedForEver() {
        byte[] large = new byte[4 << 20];
        hub.with("large.gguf", large);
        for (int i = 0; i < 20; i++) {
            hub.filesNext(hub.breaksAfter(2 << 20)).filesNext(TestHub.status(416));
        }
        assertThatThrownBy(() -> fetch("main", "large.gguf"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("5 times in a row");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // needs /dev/full, a file that is always full
    void aDiskThatTakesNoBytesIsNotBlamedOnTheHub() throws IOException {
        Path partial = downloads().resolve("maker--Tiny-1/model.safetensors.part");
        Files.createDirectories(partial.getParent());
        Files.createSymbolicLink(partial, Path.of("/dev/full"));
        refused(partial + " cannot be written", "repeat the command, which goes on with it");
        assertThat(pauses).isEmpty();
    }

    @Test
    void offlineNothingIsAsked() {
        environment.put("HF_HUB_OFFLINE", "1");
        refused("HF_HUB_OFFLINE is set");
        assertThat(hub.received()).isEmpty();
    }

    private static TestHub.Behaviour answering(String body) {
        return exchange -> {
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.US_ASCII));
        };
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> fetch("main"))
                .isInstanceOf(HubException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private ModelOrigin fetch(String revision) {
        return fetch(revision, null);
    }

    private ModelOrigin fetch(String revision, String gguf) {
        try (DownloadFolder into = DownloadFolder.open(downloads(), id(ID))) {
            return download().fetch(id(ID), revision, gguf, into, listener);
        }
    }

    private HubDownload download() {
        return new HubDownload(
                HubSettings.of(environment),
                new Patience(Duration.ofSeconds(10), answer, silence, pauses::add),
                path -> usableSpace);
    }

    private Path downloads() {
        return folder.resolve("downloads");
    }

    private static HubId id(String text) {
        return HubId.of(text).orElseThrow();
    }

    /** The paths of the files in a folder, without the lock. */
    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }
}
