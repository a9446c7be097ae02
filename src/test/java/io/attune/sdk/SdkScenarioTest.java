package io.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.LiveService;
import io.attune.PostgresForTests;
import io.attune.ProcessTest;
import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a fine-tuning script with each of OpenAI's SDKs, against the whole program; every answer fits the contract. */
@ProcessTest
class SdkScenarioTest {

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static WebhookReceiver receiver;

    private SdkProxy proxy;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        receiver = new WebhookReceiver();
        service = new LiveService(data)
                .with("ATTUNE_WEBHOOK_PRIVATE_ADDRESSES", "true")
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        receiver.close();
    }

    @BeforeEach
    void listen() throws IOException {
        proxy = new SdkProxy(service.port());
    }

    @AfterEach
    void everyAnswerFitsTheContract() {
        proxy.close();
        System.out.println(proxy.exchanges().size() + " answers were held against the contract");
        assertThat(proxy.findings()).isEmpty();
        assertThat(receiver.findings()).isEmpty();
    }

    @Test
    void theScenarioRunsGreenWithOpenaiPython() throws Exception {
        SdkProgram.python("scenario").run(environment());
    }

    @Test
    void theScenarioRunsGreenWithOpenaiNode(@TempDir Path folder) throws Exception {
        SdkProgram.node("scenario", folder).run(environment());
    }

    @Test
    void theScenarioRunsGreenWithOpenaiJava() throws Exception {
        new JavaScenario(proxy.baseUrl(), PostgresForTests.ADMIN_KEY, rows, receiver.address()).run();
    }

    private Map<String, String> environment() {
        return Map.of(
                "OPENAI_BASE_URL",
                proxy.baseUrl(),
                "OPENAI_API_KEY",
                PostgresForTests.ADMIN_KEY,
                "OPENAI_ADMIN_KEY",
                PostgresForTests.ADMIN_KEY,
                "ATTUNE_ROWS",
                rows.toString(),
                "ATTUNE_RECEIVER",
                receiver.address(),
                "JAVA_HOME",
                System.getProperty("java.home"));
    }
}
