package io.attune.hub;

import java.net.URI;
import java.util.Locale;

/** Scheme, host and port of an address. A secret may be sent to an address only if all three are equal. */
record Origin(String scheme, String host, int port) {

    static Origin of(URI address) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        return new Origin(
                scheme, address.getHost().toLowerCase(Locale.ROOT), address.getPort() < 0 ? usual : address.getPort());
    }

    /** Whether this is an HTTP address with a host. */
    static boolean isWeb(URI address) {
        return address.getHost() != null
                && address.getScheme() != null
                && address.getScheme().toLowerCase(Locale.ROOT).matches("https?");
    }

    boolean isEncrypted() {
        return scheme.equals("https");
    }
}
