package io.attune.trainer.process;

/**
 * The most memory that a trainer process may take, counted as Linux counts {@code RLIMIT_DATA}: everything private
 * that the process may write to, whether it was touched or not, and so the Java heap, native memory and the stacks of
 * threads. Files that are mapped to be read, and libraries, do not count. The limit is there for what nobody has
 * reckoned with, such as a tokenizer that makes gigabytes of a line: honest work stays far below.
 *
 * @param bytes 0 for no limit
 */
public record MemoryLimit(long bytes) {

    /**
     * For work on a GPU: CUDA reserves address space for all its memory, which would count. A tokenizer is tried on
     * the CPU before anything gets that far.
     */
    public static final MemoryLimit NONE = new MemoryLimit(0);

    private static final long GIB = 1L << 30;

    /** Tokenizer, template and rows: several times what the tokenizers in use take. */
    private static final long TEXT = 2 * GIB;

    /** Stacks of threads, of which libraries start some for each processor. */
    private static final long PROCESSOR = 32L << 20;

    /** Of a process that works on text alone. */
    static MemoryLimit ofText(long heap) {
        return new MemoryLimit(heap + TEXT + threads());
    }

    /** Of a process whose memory was estimated, as the most that is resident at any time. */
    static MemoryLimit ofEstimate(long estimate, long heap) {
        return new MemoryLimit(heap + Math.max(estimate + estimate / 2, estimate + TEXT) + threads());
    }

    private static long threads() {
        return Runtime.getRuntime().availableProcessors() * PROCESSOR;
    }

    /**
     * What a shell runs to be bound, and with it whatever it starts. A lower limit that is there stays. Systems other
     * than Linux may not know the limit, or count less.
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
