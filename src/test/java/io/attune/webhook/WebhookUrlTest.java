package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://example.com/hook, https, example.com, -1",
        "HTTPS://Example.com, https, Example.com, -1",
        "http://my_service:8000/a?b=c, http, my_service, 8000",
        "http://1.2.3.4:65535/, http, 1.2.3.4, 65535",
        "http://255.255.255.255, http, 255.255.255.255, -1",
        "http://[2001:db8::1]:80/x, http, 2001:db8::1, 80",
        "http://1.2.3.4.example, http, 1.2.3.4.example, -1",
        "http://example.com:/x, http, example.com, -1",
        "http://example.com//other.example/x, http, example.com, -1"
    })
    void placesOfReceiversAreRead(String text, String scheme, String host, int port) {
        WebhookUrl url = WebhookUrl.parse(text);

        assertThat(url.scheme()).isEqualTo(scheme);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({
        "'', must begin with",
        "example.com/hook, must begin with",
        "/hook, must begin with",
        "ftp://example.com/, must begin with",
        "file:///etc/passwd, must begin with",
        "gopher://127.0.0.1:6379/_x, must begin with",
        "http:example.com, must begin with",
        "http:///hook, must begin with",
        "http://, is no URL",
        "http://exa mple.com/, is no URL",
        "'http://example.com/\n', is no URL",
        "'http://example.com\r\nHost: x', is no URL",
        "http://user:password@example.com/, user or a password",
        "http://example.com@127.0.0.1/, user or a password",
        "https://example.com/#part, fragment",
        "http://bücher.example/, ASCII",
        "http://[fe80::1%25eth0]/, ASCII",
        "http://example.com:99999/, port",
        "http://example.com:0/, port",
        "http://2130706433/, IPv4",
        "http://0x7f000001/, IPv4",
        "http://0x7f.0.0.1/, IPv4",
        "http://127.0.0.0x1/, IPv4",
        "http://0177.0.0.1/, IPv4",
        "http://127.1/, IPv4",
        "http://127.0.0.01/, IPv4",
        "http://127.0.0.1./, IPv4",
        "http://127.0.0.256/, IPv4",
        "http://1.2.3.4.5/, IPv4"
    })
    void whatIsNoPlainPlaceIsRefusedByName(String text, String why) {
        assertThatThrownBy(() -> WebhookUrl.parse(text))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(400);
                    assertThat(refusal.body().error().param()).isEqualTo("url");
                })
                .hasMessageContaining("'url'")
                .hasMessageContaining(why);
    }

    @Test
    void anEndlessUrlIsRefused() {
        assertThatThrownBy(() -> WebhookUrl.parse("https://example.com/" + "a".repeat(2029)))
                .hasMessageContaining("2048");
    }
}
