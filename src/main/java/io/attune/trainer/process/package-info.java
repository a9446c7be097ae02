/**
 * How a trainer process is started, by the worker and by commands alike: {@link
 * io.attune.trainer.process.TrainerCommand} is its command line and its environment, {@link
 * io.attune.trainer.process.MemoryLimit} the memory that it may take, {@link io.attune.trainer.process.Seclusion}
 * what it is kept away from. {@code OwnMemory} closes the service to it. Nothing here runs in that process.
 */
package io.attune.trainer.process;
