package io.attune.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeapShareTest {

    private static final long MIB = 1 << 20;

    @Test
    void allThreadsTogetherNeverTakeMoreThanTheShare() throws Exception {
        HeapShare heap = new HeapShare(10 * MIB, Duration.ofMinutes(1));
        AtomicLong taken = new AtomicLong();
        AtomicLong most = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                long weight = (1 + i % 4) * MIB;
                done.add(threads.submit(() -> {
                    try (HeapShare.Lease lease = heap.take(weight)) {
                        most.accumulateAndGet(taken.addAndGet(weight), Math::max);
                        Thread.yield();
                        taken.addAndGet(-weight);
                    }
                }));
            }
            for (Future<?> task : done) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isBetween(MIB, 10 * MIB);
        assertThat(heap.free()).isEqualTo(heap.size());
    }

    @Test
    void whatWeighsMoreThanTheShareIsAloneAndNotRefused() {
        HeapShare heap = new HeapShare(MIB, Duration.ZERO);
        try (HeapShare.Lease large = heap.take(100 * MIB)) {
            assertThat(heap.free()).isZero();
        }
        assertThat(heap.free()).isEqualTo(MIB);
    }

    @Test
    void whoWaitsInVainIsToldAndTakesNothing() {
        HeapShare heap = new HeapShare(4 * MIB, Duration.ofMillis(1));
        try (HeapShare.Lease other = heap.take(3 * MIB)) {
            long free = heap.free();
            assertThatThrownBy(() -> heap.take(2 * MIB)).isInstanceOf(HeapShare.Exhausted.class);
            assertThat(heap.free()).isEqualTo(free);
        }
        assertThat(heap.free()).isEqualTo(heap.size());
    }

    @Test
    void aLeaseIsGivenBackOnce() {
        HeapShare heap = new HeapShare(4 * MIB, Duration.ZERO);
        HeapShare.Lease lease = heap.take(MIB);
        lease.close();
        lease.close();
        assertThat(heap.free()).isEqualTo(heap.size());
    }
}
