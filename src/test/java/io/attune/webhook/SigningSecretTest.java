package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SigningSecretTest {

    /** The values are test values of the Standard Webhooks libraries. */
    @Test
    void signaturesAreThoseOfStandardWebhooks() {
        SigningSecret secret = new SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void secretsAreRandomLongEnoughAndNotPrinted() {
        SigningSecret secret = SigningSecret.draw();

        assertThat(secret).isNotEqualTo(SigningSecret.draw());
        assertThat(secret.text()).matches("whsec_[A-Za-z0-9+/]{44}");
        assertThat(Base64.getDecoder().decode(secret.text().substring(6))).hasSize(33);
        assertThat(secret.toString()).doesNotContain(secret.text());
        assertThat(secret.hint()).hasSize("whsec_...".length() + 4);
    }
}
