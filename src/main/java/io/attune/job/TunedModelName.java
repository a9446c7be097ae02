package io.attune.job;

/** Names of what a job makes: {@code ft:{base}:{organisation}:{suffix}:{short id}}, a checkpoint's with {@code :ckpt-step-{n}} behind. */
final class TunedModelName {

    static final String ORGANISATION = "attune";

    private TunedModelName() {}

    static String of(String base, String suffix, String job) {
        String shortId = job.substring(job.length() - 8);
        return "ft:" + base + ":" + ORGANISATION + ":" + (suffix == null ? "" : suffix) + ":" + shortId;
    }

    static String checkpoint(String model, int step) {
        return model + ":ckpt-step-" + step;
    }
}
