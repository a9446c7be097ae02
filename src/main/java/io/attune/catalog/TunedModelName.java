package io.attune.catalog;

/** Names of what a job makes: {@code ft:{base}:{organisation}:{suffix}:{short id}}, a checkpoint's with {@code :ckpt-step-{n}} behind. */
public final class TunedModelName {

    /** There is one. It owns all tuned models and their jobs. */
    public static final String ORGANISATION = "attune";

    private TunedModelName() {}

    public static String of(String base, String suffix, String job) {
        String shortId = job.substring(job.length() - 8);
        return "ft:" + base + ":" + ORGANISATION + ":" + (suffix == null ? "" : suffix) + ":" + shortId;
    }

    public static String checkpoint(String model, int step) {
        return model + ":ckpt-step-" + step;
    }

    /** The name of the zip file that holds a model's artifact: without what separates folders. */
    public static String zipFile(String model) {
        return model.replaceAll("[^A-Za-z0-9._-]+", "-") + ".zip";
    }
}
