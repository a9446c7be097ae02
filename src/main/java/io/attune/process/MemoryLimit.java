package io.attune.process;

/**
 * The most memory that a process may take, counted as Linux counts {@code RLIMIT_DATA}: all private memory that the
 * process may write to, whether it was touched or not. The Java heap, native memory and the stacks of threads count.
 * Files that are mapped to be read, and libraries, do not count. The limit stops what no estimate foresees, such as a
 * tokenizer that makes gigabytes of a line. Ordinary work stays far below it.
 *
 * @param bytes 0 for no limit
 */
public record MemoryLimit(long bytes) {

    /**
     * No limit. For work on a GPU: CUDA reserves address space for all its memory, and that would count. The tokenizer
     * was tried on the CPU before.
     */
    public static final MemoryLimit NONE = new MemoryLimit(0);

    private static final long GIB = 1L << 30;

    /** Tokenizer, template and rows: several times what the tokenizers in use take. */
    private static final long TEXT = 2 * GIB;

    /** Stacks of threads: libraries start some for each processor. */
    private static final long PROCESSOR = 32L << 20;

    /** Of a process that loads a tokenizer and a chat template, but no weights. */
    public static MemoryLimit ofText(HeapSize heap) {
        return new MemoryLimit(heap.bytes() + TEXT + threads());
    }

    /** @param estimate of all memory that the process takes on the CPU, in bytes */
    public static MemoryLimit ofEstimate(long estimate, HeapSize heap) {
        return new MemoryLimit(heap.bytes() + Math.max(estimate + estimate / 2, estimate + TEXT) + threads());
    }

    private static long threads() {
        return Runtime.getRuntime().availableProcessors() * PROCESSOR;
    }

    /**
     * What a shell runs to limit itself and all that it starts. A lower limit that is there stays. Systems other than
     * Linux may not know the limit, or count less.
     */
    String shell() {
        return bytes == 0
                ? ""
                : ("now=$(ulimit -d); if [ \"$now\" = unlimited ] || [ \"$now\" -gt %1$d ];"
                                + " then ulimit -d %1$d; fi 2>/dev/null; ")
                        .formatted(bytes >> 10);
    }

    /** For people. */
    public String mebibytes() {
        return (bytes >> 20) + " MiB";
    }
}
