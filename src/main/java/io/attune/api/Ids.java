package io.attune.api;

import java.security.SecureRandom;

/** Makes ids in the form that OpenAI's clients expect: a prefix and 24 random letters and digits, safe in paths. */
public final class Ids {

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String file() {
        return "file-" + random(24);
    }

    public static String upload() {
        return "upload_" + random(24);
    }

    public static String uploadPart() {
        return "part_" + random(24);
    }

    public static String job() {
        return "ftjob-" + random(24);
    }

    public static String event() {
        return "ftevent-" + random(24);
    }

    public static String checkpoint() {
        return "ftckpt-" + random(24);
    }

    public static String webhookEndpoint() {
        return "whe_" + random(24);
    }

    /** Returns an id for an event that webhooks report. */
    public static String webhookEvent() {
        return "evt_" + random(24);
    }

    /** Returns an id for the delivery of one event to one endpoint. */
    public static String webhookDelivery() {
        return "wh_" + random(24);
    }

    /** Returns {@code length} random letters and digits, about 5.95 bits each. */
    public static String random(int length) {
        StringBuilder id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
