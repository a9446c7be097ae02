package io.attune.webhook;

import io.attune.webhook.Reply.Answered;
import io.attune.webhook.Reply.Unanswered;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts a delivery once, directly to its endpoint. Uses no proxy and follows no redirect. Limits the time and the
 * size of the answer that is read.
 */
final class WebhookPost implements AutoCloseable {

    private static final String JSON = "application/json";
    private static final int MOST_BODY = 16 << 10;
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_HEADER = 8 << 10;

    private final Clock clock;
    private final Duration connect;
    private final Duration whole;
    private final CloseableHttpClient http;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "webhook-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param connect longest time to connect, for each of the host's addresses
     * @param whole longest time of the whole post
     * @param most maximum number of concurrent posts
     */
    WebhookPost(AddressPolicy addresses, Clock clock, Duration connect, Duration whole, int most) {
        this.clock = clock;
        this.connect = connect;
        this.whole = whole;
        this.http = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(addresses)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(MOST_HEADERS)
                                        .setMaxLineLength(LONGEST_HEADER)
                                        .build())
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(connect))
                                .setSocketTimeout(Timeout.of(whole))
                                .build())
                        .setMaxConnTotal(most)
                        .setMaxConnPerRoute(most)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(whole))
                        .setProtocolUpgradeEnabled(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setRoutePlanner(new DefaultRoutePlanner(null))
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("Attune")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    Reply post(Delivery delivery) {
        WebhookUrl url = WebhookUrl.parse(delivery.url());
        long timestamp = clock.instant().getEpochSecond();
        HttpPost request = new HttpPost(url.uri());
        request.setHeader("webhook-id", delivery.id());
        request.setHeader("webhook-timestamp", String.valueOf(timestamp));
        request.setHeader("webhook-signature", delivery.secret().sign(delivery.id(), timestamp, delivery.body()));
        request.setHeader(HttpHeaders.CONNECTION, "close");
        request.setEntity(
                new ByteArrayEntity(delivery.body().getBytes(StandardCharsets.UTF_8), ContentType.create(JSON)));
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                whole.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return send(url, request);
        } catch (IOException | RuntimeException e) { // a cancelled request throws either
            return new Unanswered(late.get() ? "There was no answer within " + words(whole) + "." : explain(e));
        } finally {
            deadline.cancel(false);
        }
    }

    private Answered send(WebhookUrl url, HttpPost request) throws IOException {
        ClassicHttpResponse response =
                http.executeOpen(new HttpHost(url.scheme(), url.host(), url.port()), request, null);
        try {
            Answered answer = new Answered(response.getCode(), retryAfter(response));
            readSome(response.getEntity());
            return answer;
        } finally {
            ((ModalCloseable) response).close(CloseMode.IMMEDIATE); // a graceful close would read the whole body
        }
    }

    /** Reads a short answer to its end, so that the receiver can finish. Only the status counts. */
    private static void readSome(HttpEntity entity) {
        if (entity != null) {
            try {
                InputStream body = entity.getContent();
                body.readNBytes(MOST_BODY);
            } catch (IOException e) {
                // the status has arrived, and the rest is not needed
            }
        }
    }

    /** Reads the header as seconds or as a date. Returns zero for other values. */
    private Duration retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        if (header == null || header.getValue() == null) {
            return Duration.ZERO;
        }
        String value = header.getValue().strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        Instant date = DateUtils.parseStandardDate(value);
        Duration left = date == null ? Duration.ZERO : Duration.between(clock.instant(), date);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private String explain(Exception error) {
        if (error instanceof PrivateAddressException) {
            return error.getMessage();
        }
        if (error instanceof UnknownHostException) {
            return "The host's name has no address.";
        }
        if (error instanceof ConnectTimeoutException) {
            return "There was no connection within " + words(connect) + ".";
        }
        if (error instanceof ConnectException) {
            return "The connection was refused.";
        }
        if (error instanceof SSLException) {
            return "TLS failed: " + error.getMessage();
        }
        if (error instanceof NoHttpResponseException) {
            return "The connection was closed without an answer.";
        }
        return "The connection broke: " + error.getMessage();
    }

    private static String words(Duration duration) {
        return duration.toSeconds() + " s";
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        http.close();
    }
}
