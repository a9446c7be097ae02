/**
 * What a worker and a trainer process say to each other: one {@link io.attune.trainer.message.TrainerSpec} goes in as a JSON file,
 * {@link io.attune.trainer.message.TrainerMessage}s come out as JSON lines. Plain data; no native code, no Spring.
 */
package io.attune.trainer.message;
