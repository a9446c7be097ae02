/**
 * Starts and watches processes with native code. Trainers are such processes.
 *
 * <p>In flow order: {@link io.attune.process.WorkFolders} gives each process a folder, and ends processes that a
 * dead service left ({@link io.attune.process.ProcessMark}). {@link io.attune.process.NativeCommand}, the entry,
 * makes a command line and an environment. It makes them from a {@link io.attune.process.JavaProgram}, a
 * {@link io.attune.process.HeapSize}, a {@link io.attune.process.Seclusion} and a
 * {@link io.attune.process.MemoryLimit}. {@link io.attune.process.NativeProcess} runs the command: messages arrive
 * as lines, and the output goes to a {@link io.attune.process.LogFile} or elsewhere.
 * {@link io.attune.process.ProcessEnd} is the end of the process. {@link io.attune.process.NativeLibraries} unpacks
 * the native libraries once. {@code OwnMemory} protects the service's own memory against these processes.
 *
 * <p>No class here knows the meaning of the messages, and no class here runs inside these processes.
 */
package io.attune.process;
