package io.attune.hub;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends GET requests to the Hub. Follows redirects to other hosts too, as they hold the large files. Sends the token
 * to the Hub only. Never follows a redirect from an encrypted connection to an unencrypted one.
 */
final class HubHttp {

    private static final int MAX_REDIRECTS = 8;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TEMPORARY = Set.of(408, 429, 500, 502, 503, 504);

    /** {@code "api";r=0;t=55}: no requests are left, for 55 seconds. */
    private static final Pattern RATE_LIMIT = Pattern.compile(";\\s*r\\s*=\\s*0\\s*;\\s*t\\s*=\\s*(\\d{1,9})");

    private final HubSettings settings;
    private final Patience patience;
    private final HttpClient http;

    HubHttp(HubSettings settings, Patience patience) {
        this.settings = settings;
        this.patience = patience;
        // HTTP/2 brings nothing for one answer at a time, and some mirrors do not support it
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(ProxySelector.getDefault())
                .build();
    }

    /**
     * Sends a request, follows its redirects, and gives the last answer.
     *
     * @throws TemporaryFailure for an answer that may be different later
     */
    Answer get(URI address, Map<String, String> headers) throws IOException, InterruptedException {
        URI next = address;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            Answer answer = send(next, headers);
            if (REDIRECTS.contains(answer.status())) {
                answer.close();
                next = target(next, answer.header("Location"));
            } else if (isTemporary(answer)) {
                answer.close();
                throw new TemporaryFailure(Origin.of(next).host() + " answered " + answer.status(), pause(answer));
            } else {
                return answer;
            }
        }
        throw new HubException("the Hub redirects more than " + MAX_REDIRECTS + " times from " + address);
    }

    private Answer send(URI address, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).header("User-Agent", "attune").header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (isHub(address)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token.value()));
        }
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                awaited(http.sendAsync(request.build(), info -> BodySubscribers.ofPublisher()));
        Body body = new Body(patience.silence());
        response.body().subscribe(body);
        return new Answer(address, response.statusCode(), response.headers(), body);
    }

    /**
     * Waits for the head of an answer. In newer versions of Java, the timeout of a request would also end long
     * downloads.
     */
    private <T> T awaited(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException(
                    "no answer came for " + patience.answer().toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private boolean isHub(URI address) {
        return Origin.of(address).equals(Origin.of(settings.endpoint()));
    }

    /**
     * The address of a redirect.
     *
     * @throws HubException if the redirect must not be followed
     */
    static URI target(URI from, String location) {
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw noAddress(location);
        }
        if (location.isEmpty() || !Origin.isWeb(target)) {
            throw noAddress(location);
        }
        if (Origin.of(from).isEncrypted() && !Origin.of(target).isEncrypted()) {
            throw new HubException("the Hub redirects from an encrypted connection to one that is not, of "
                    + target.getHost() + "; this is not followed");
        }
        return target;
    }

    private static HubException noAddress(String location) {
        return new HubException("the Hub redirects to \"" + Refusal.shown(location) + "\", which is no address");
    }

    /**
     * Whether the same request may succeed later. A host of large files refuses expired addresses with 403; the Hub
     * gives a new address.
     */
    private boolean isTemporary(Answer answer) {
        return TEMPORARY.contains(answer.status()) || (answer.status() == 403 && !isHub(answer.address()));
    }

    private static Duration pause(Answer answer) {
        String after = answer.header("Retry-After").strip();
        Matcher limit = RATE_LIMIT.matcher(answer.header("RateLimit"));
        if (after.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(after));
        }
        return answer.status() == 429 && limit.find() ? Duration.ofSeconds(Long.parseLong(limit.group(1)) + 1) : null;
    }
}
