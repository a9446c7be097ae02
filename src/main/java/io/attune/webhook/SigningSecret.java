package io.attune.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What an endpoint's deliveries are signed with: {@code whsec_} and the key's bytes in base64.
 *
 * @param text as users see it
 */
record SigningSecret(String text) {

    private static final String PREFIX = "whsec_";
    private static final int BYTES = 33; // Standard Webhooks asks for 24 to 64; a multiple of three needs no padding
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    static SigningSecret draw() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(key));
    }

    /** The header {@code webhook-signature}: {@code v1,} and the HMAC-SHA256 of {@code id.timestamp.body} in base64. */
    String sign(String id, long timestamp, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(text.substring(PREFIX.length())), ALGORITHM));
            String signed = id + "." + timestamp + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Enough to tell secrets apart. */
    String hint() {
        return PREFIX + "..." + text.substring(text.length() - 4);
    }

    /** Never the secret itself: records print their components. */
    @Override
    public String toString() {
        return hint();
    }
}
