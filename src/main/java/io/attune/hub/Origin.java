package io.attune.hub;

import java.net.URI;
import java.util.Locale;

/** Who answers at an address: what must be equal for a secret to be sent there. */
record Origin(String scheme, String host, int port) {

    static Origin of(URI address) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        return new Origin(
                scheme, address.getHost().toLowerCase(Locale.ROOT), address.getPort() < 0 ? usual : address.getPort());
    }

    /** Whether the address is one of HTTP, with a host. */
    static boolean isWeb(URI address) {
        return address.getHost() != null
                && address.getScheme() != null
                && address.getScheme().toLowerCase(Locale.ROOT).matches("https?");
    }

    boolean isEncrypted() {
        return scheme.equals("https");
    }
}
