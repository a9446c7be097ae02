/**
 * What {@code ./attune} runs beside the service and the trainer: import, preview, store copy, chat, demo. Each class is one
 * command's main.
 */
package io.attune.command;
