package io.attune.process;

/**
 * The memory limit of a process, as Linux counts {@code RLIMIT_DATA}: all private memory that the process may write
 * to, whether it has been used or not. The Java heap, native memory and the stacks of threads count. Libraries and
 * files that are mapped for reading do not count. The limit is for cases that no estimate foresees, such as a
 * tokenizer that needs gigabytes for a line. Normal work stays far below the limit.
 *
 * @param bytes 0 for no limit
 */
public record MemoryLimit(long bytes) {

    /**
     * No limit, for work on a GPU: CUDA reserves address space for all its memory, and that would count. The
     * tokenizer was tried on the CPU before.
     */
    public static final MemoryLimit NONE = new MemoryLimit(0);

    private static final long GIB = 1L << 30;

    /** Bytes for tokenizer, template and rows: several times the need of the usual tokenizers. */
    private static final long TEXT = 2 * GIB;

    /** Bytes for the stacks of threads, per processor: libraries start some threads for each processor. */
    private static final long PROCESSOR = 32L << 20;

    /** The limit of a process that loads a tokenizer and a chat template, but no weights. */
    public static MemoryLimit ofText(HeapSize heap) {
        return new MemoryLimit(heap.bytes() + TEXT + threads());
    }

    /**
     * The limit of a process that loads weights.
     *
     * @param estimate estimate of all memory that the process needs on the CPU, in bytes
     */
    public static MemoryLimit ofEstimate(long estimate, HeapSize heap) {
        return new MemoryLimit(heap.bytes() + Math.max(estimate + estimate / 2, estimate + TEXT) + threads());
    }

    private static long threads() {
        return Runtime.getRuntime().availableProcessors() * PROCESSOR;
    }

    /**
     * The command with which a shell limits itself and all its children. A lower limit that exists stays. Systems
     * other than Linux may not know the limit, or count less memory.
     */
    String shell() {
        return bytes == 0
                ? ""
                : ("now=$(ulimit -d); if [ \"$now\" = unlimited ] || [ \"$now\" -gt %1$d ];"
                                + " then ulimit -d %1$d; fi 2>/dev/null; ")
                        .formatted(bytes >> 10);
    }

    /** The limit as text for people. */
    public String mebibytes() {
        return (bytes >> 20) + " MiB";
    }
}
