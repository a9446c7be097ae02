package io.attune.hub;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the Hub, from the environment variables that huggingface_hub reads.
 *
 * @param endpoint {@code HF_ENDPOINT}: the address of the Hub, of a mirror or of a private registry, without a slash
 *     at the end
 * @param token empty if the user has not logged in
 * @param offline {@code HF_HUB_OFFLINE}: forbids all requests
 */
public record HubSettings(URI endpoint, Optional<HubToken> token, boolean offline) {

    private static final String PUBLIC_HUB = "https://huggingface.co";
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    /** @throws HubException if a variable has an invalid value */
    public static HubSettings of(Map<String, String> environment) {
        String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip().replaceAll("/+$", "");
        return new HubSettings(
                address(endpoint.isEmpty() ? PUBLIC_HUB : endpoint),
                HubToken.of(environment),
                TRUE.contains(environment.getOrDefault("HF_HUB_OFFLINE", "").toUpperCase(Locale.ROOT)));
    }

    private static URI address(String endpoint) {
        try {
            URI address = URI.create(endpoint);
            if (Origin.isWeb(address) && address.getQuery() == null && address.getUserInfo() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // the exception below reports it
        }
        throw new HubException(
                "HF_ENDPOINT must be an address such as " + PUBLIC_HUB + ", without a user and without a query");
    }

    URI at(String path) {
        return URI.create(endpoint + path);
    }
}
