package io.attune.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that signs an endpoint's deliveries: {@code whsec_} and the key's bytes in base64.
 *
 * @param text the secret in the form that users see
 */
record SigningSecret(String text) {

    private static final String PREFIX = "whsec_";
    /** Standard Webhooks requires 24 to 64. A multiple of three needs no padding. */
    private static final int BYTES = 33;

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    static SigningSecret draw() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(key));
    }

    /**
     * Returns the header {@code webhook-signature}: {@code v1,} and the HMAC-SHA256 of {@code id.timestamp.body} in
     * base64.
     */
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

    /** Returns a part of the secret, by which users can distinguish secrets. */
    String hint() {
        return PREFIX + "..." + text.substring(text.length() - 4);
    }

    /** Returns the hint. The default of a record would print the secret. */
    @Override
    public String toString() {
        return hint();
    }
}
