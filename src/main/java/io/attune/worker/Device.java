package io.attune.worker;

/**
 * A slot of a worker: where one trainer at a time runs.
 *
 * @param name unique in the worker: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param memory bytes that the trainer may take
 */
record Device(String name, Kind kind, long memory) {

    enum Kind {
        CPU,
        CUDA;

        /** As in SQL. */
        String text() {
            return this == CPU ? "cpu" : "cuda";
        }

        static Kind of(String device) {
            return device.startsWith("cuda:") ? CUDA : CPU;
        }
    }
}
