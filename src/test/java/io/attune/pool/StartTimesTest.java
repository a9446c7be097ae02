package io.attune.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.estimate.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTimesTest {

    private static final double NOW = 1_800_000_000;
    private static final List<String> MODELS = List.of("a", "b", "c");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverIsAskedNoJobStartsInThePastOrBeforeItsLikeAheadOfIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            Pool pool = pool(random);
            Durations durations = new Durations(durations(random));
            StartTimes starts = new StartTimes(pool, durations);
            Map<Set<PoolSlot>, Long> last = new HashMap<>();
            for (int job = 0; job < 50; job++) {
                Demand demand = demand(random);
                Set<PoolSlot> fitting =
                        Set.copyOf(pool.slots().stream().filter(demand::fits).toList());
                Long start = starts.next(demand);

                assertThat(pool.unschedulable(demand).isPresent()).isEqualTo(fitting.isEmpty());
                if (fitting.isEmpty()) {
                    assertThat(start).isNull();
                } else if (start != null) {
                    assertThat(start).isGreaterThanOrEqualTo((long) NOW);
                    assertThat(start).isGreaterThanOrEqualTo(last.getOrDefault(fitting, 0L));
                    last.put(fitting, start);
                } else {
                    last.put(fitting, Long.MAX_VALUE); // once nothing is known, nothing is known of those behind
                }
            }
        }
    }

    private static Pool pool(Random random) {
        List<PoolSlot> slots = IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> new PoolSlot(
                        random.nextBoolean() ? Kind.CPU : Kind.CUDA,
                        1 + random.nextInt(10),
                        Set.copyOf(MODELS.subList(0, random.nextInt(4))),
                        random.nextInt(4) == 0 ? null : (Double) (NOW + i + random.nextInt(500))))
                .toList();
        Set<String> models = new HashSet<>();
        slots.forEach(slot -> models.addAll(slot.models()));
        return new Pool(NOW, slots.size(), models, slots);
    }

    private static Map<String, Double> durations(Random random) {
        Map<String, Double> durations = new HashMap<>();
        for (String model : MODELS) {
            if (random.nextInt(3) > 0) {
                durations.put(model, random.nextDouble() * 1000);
            }
        }
        return durations;
    }

    private static Demand demand(Random random) {
        return new Demand(
                MODELS.get(random.nextInt(3)),
                random.nextInt(4) == 0 ? null : (Long) (long) random.nextInt(12),
                random.nextInt(4) == 0 ? null : (Long) (long) random.nextInt(12));
    }
}
