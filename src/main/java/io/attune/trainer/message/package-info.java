/**
 * The messages between a worker and a trainer process, in flow order:
 * {@link io.attune.trainer.message.TrainerSpec}, the entry, goes to the trainer as a JSON file.
 * {@link io.attune.trainer.message.TrainerMessage}s come back as JSON lines. All types are plain data without
 * native code and without Spring.
 */
package io.attune.trainer.message;
