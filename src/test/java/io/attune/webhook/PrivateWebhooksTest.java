package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/** The service with its default setting: webhooks go only to the public internet. */
@ServiceTest
class PrivateWebhooksTest {

    private static final String ENDPOINTS = "/v1/webhook_endpoints";

    private final TestService service;
    private final ApiClient client;

    PrivateWebhooksTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        client = service.client();
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/hook",
                "https://10.1.2.3/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]/",
                "http://[::ffff:169.254.169.254]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[fd00:ec2::254]/",
                "http://localhost/"
            })
    void anEndpointOffThePublicInternetIsRefusedWithTheWayOut(String url) {
        Answer refused = client.post(ENDPOINTS, "{\"url\": \"" + url + "\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_value");
        assertThat(refused.error("param")).isEqualTo("url");
        assertThat(refused.error("message"))
                .contains("'url'", "attune.webhook-private-addresses=true", "ATTUNE_WEBHOOK_PRIVATE_ADDRESSES");
        assertThat(client.get(ENDPOINTS).json().required("data")).isEmpty();
    }

    @Test
    void anEndpointOfThePublicInternetIsTaken() {
        assertThat(client.post(ENDPOINTS, "{\"url\": \"https://93.184.215.14/hook\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anEndpointThatBecamePrivateIsNotConnectedToAndItsOwnerIsTold() throws IOException {
        try (Receiver receiver = new Receiver()) {
            String id = client.post(ENDPOINTS, "{\"url\": \"https://93.184.215.14/hook\"}")
                    .json()
                    .required("id")
                    .asString();
            service.jdbc()
                    .sql("update webhook_endpoint set url = :url")
                    .param("url", receiver.url("/hook"))
                    .update();
            service.job("ftjob-1", 0);
            client.post("/v1/fine_tuning/jobs/ftjob-1/cancel", "");

            await().until(() -> client.get(ENDPOINTS + "/" + id).json().has("last_delivery"));
            JsonNode last = client.get(ENDPOINTS + "/" + id).json().required("last_delivery");
            assertThat(last.required("delivered").asBoolean()).isFalse();
            assertThat(last.has("status_code")).isFalse();
            assertThat(last.required("error").asString()).contains("private", "ATTUNE_WEBHOOK_PRIVATE_ADDRESSES");
            assertThat(receiver.at("/hook")).isEmpty();
        }
    }
}
