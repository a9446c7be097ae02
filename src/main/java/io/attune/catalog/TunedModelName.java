package io.attune.catalog;

/**
 * Makes the names of tuned models, {@code ft:{base}:{organisation}:{suffix}:{short id}}. The name of a checkpoint
 * also ends in {@code :ckpt-step-{n}}.
 */
public final class TunedModelName {

    /** The only organisation. It owns all tuned models and their jobs. */
    public static final String ORGANISATION = "attune";

    private TunedModelName() {}

    public static String of(String base, String suffix, String job) {
        String shortId = job.substring(job.length() - 8);
        return "ft:" + base + ":" + ORGANISATION + ":" + (suffix == null ? "" : suffix) + ":" + shortId;
    }

    public static String checkpoint(String model, int step) {
        return model + ":ckpt-step-" + step;
    }

    /** The name of the zip file with a model's artifact. Characters that separate folders become {@code -}. */
    public static String zipFile(String model) {
        return model.replaceAll("[^A-Za-z0-9._-]+", "-") + ".zip";
    }
}
