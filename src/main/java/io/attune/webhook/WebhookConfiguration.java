package io.attune.webhook;

import io.attune.api.idempotency.SecretInAnswer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(15);

    @Bean
    AddressPolicy addressPolicy(@Value("${attune.webhook-private-addresses}") boolean privateAllowed) {
        return new AddressPolicy(privateAllowed, SystemDefaultDnsResolver.INSTANCE);
    }

    @Bean
    WebhookPost webhookPost(AddressPolicy addresses, Clock clock) {
        return new WebhookPost(addresses, clock, CONNECT, WHOLE, WebhookSender.SLOTS);
    }

    @Bean
    RetrySchedule retrySchedule() {
        return new RetrySchedule(() -> ThreadLocalRandom.current().nextLong());
    }

    @Bean
    SecretInAnswer signingSecret(WebhookEndpoints endpoints) {
        return new SecretInAnswer(
                "/v1/webhook_endpoints",
                "signing_secret",
                id -> endpoints.secret(id).map(SigningSecret::text));
    }
}
