/**
 * Runs the commands of {@code ./attune} beside the service and the trainer: import, export, preview, store copy, chat
 * and demo. Each class with the ending {@code Main} is the entry of one command, such as
 * {@link io.attune.command.ImportMain}. A command reads its {@link io.attune.command.CommandLine}, finds its model
 * ({@link io.attune.command.NamedModel}), and starts a trainer process ({@link io.attune.command.TrainerChild}) if it
 * needs native code.
 */
package io.attune.command;
