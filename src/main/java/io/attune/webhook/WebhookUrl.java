package io.attune.webhook;

import io.attune.api.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of an endpoint.
 *
 * @param uri the URL as given
 * @param scheme {@code http} or {@code https}
 * @param host a name or an address, IPv6 without brackets
 * @param port -1 for the scheme's default
 */
record WebhookUrl(URI uri, String scheme, String host, int port) {

    static final int LONGEST = 2048;

    // permits underscores, which occur in names of containers
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9_][A-Za-z0-9._-]{0,252}))(?::([0-9]{1,5})?)?");
    // hosts that some resolvers read as an IPv4 address: the last label is a number
    private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\\.?");
    private static final Pattern DOTTED_QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /** @throws ApiException 400 if the text is not a URL that can receive webhooks */
    static WebhookUrl parse(String text) {
        if (text.length() > LONGEST) {
            throw refused("must have at most " + LONGEST + " characters, not " + text.length());
        }
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http") || uri.getRawAuthority() == null) {
            throw refused("must begin with https:// or http://");
        }
        if (uri.getRawAuthority().contains("@")) {
            throw refused("must not hold a user or a password: deliveries are signed, check webhook-signature instead");
        }
        if (uri.getRawFragment() != null) {
            throw refused("must not have a fragment (#...), which is never sent");
        }
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority());
        if (!authority.matches()) {
            throw refused("must name a host in ASCII letters (xn--... for others), or an address, and at most a port");
        }
        String host = authority.group(1) != null ? authority.group(1) : authority.group(2);
        if (authority.group(2) != null
                && NUMERIC.matcher(host).matches()
                && !DOTTED_QUAD.matcher(host).matches()) {
            throw refused("must write an IPv4 address as four decimal numbers without leading zeros");
        }
        int port = authority.group(3) == null ? -1 : Integer.parseInt(authority.group(3));
        if (port == 0 || port > 65535) {
            throw refused("must have a port from 1 to 65535");
        }
        return new WebhookUrl(uri, scheme, host, port);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw refused("is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1));
        }
    }

    private static ApiException refused(String why) {
        return ApiException.invalidValue("url", "'url' " + why + ".");
    }
}
