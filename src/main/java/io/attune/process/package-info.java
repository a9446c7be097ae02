/**
 * How processes with native code are started and watched. Trainers are such processes.
 *
 * <p>Entry: {@link io.attune.process.NativeCommand} makes a command line and an environment from a {@link
 * io.attune.process.JavaProgram}, a {@link io.attune.process.HeapSize} and a {@link io.attune.process.Seclusion}, within
 * a {@link io.attune.process.MemoryLimit}. {@link io.attune.process.NativeProcess} runs it: lines of messages come in,
 * what it prints goes to a {@link io.attune.process.LogFile} or elsewhere, a {@link io.attune.process.ProcessEnd} says
 * how it ended. {@link io.attune.process.WorkFolders} gives each process a folder and ends what a dead service left
 * ({@link io.attune.process.ProcessMark}). {@link io.attune.process.NativeLibraries} unpacks the libraries once.
 * {@code OwnMemory} closes the service's own memory to these processes.
 *
 * <p>Nothing here knows what the messages mean, and nothing here runs inside these processes.
 */
package io.attune.process;
