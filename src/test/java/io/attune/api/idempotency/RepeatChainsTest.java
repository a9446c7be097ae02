package io.attune.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Clients that call one after another, lose requests and answers, and repeat as OpenAI's do (a count from 0 to 2, without the waiting): there
 * are as many effects as calls of which any request arrived, in whatever order requests of different clients come.
 */
@ServiceTest
class RepeatChainsTest {

    private static final int ROUNDS = 60;
    private static final int CLIENTS = 4;
    private static final int CALLS = 6;
    private static final int REPEATS = 2;

    @Autowired
    private Idempotency idempotency;

    @Autowired
    private JdbcClient jdbc;

    /** What the clients' calls have in common, and what may be lost. */
    enum Calls {
        /** All are equal. Originals arrive: a repeat of one that did not cannot be told from a repeat of an equal one that did. */
        EQUAL,
        /** All differ; any request and any answer may be lost. */
        DIFFERENT,
        /** All are equal but have keys; any request and any answer may be lost. */
        EQUAL_WITH_KEYS
    }

    private final class Client {

        private final int number;
        private final Calls calls;
        private final Random random;
        private final Set<String> arrived = new HashSet<>();
        private int call;
        private int count;

        Client(int number, Calls calls, Random random) {
            this.number = number;
            this.calls = calls;
            this.random = random;
        }

        boolean done() {
            return call == CALLS;
        }

        /** One request; its loss, or that of its answer, leads to the next repeat. */
        void step() {
            String name = number + "/" + call;
            boolean lost = random.nextInt(4) == 0 && !(calls == Calls.EQUAL && count == 0);
            if (!lost) {
                send(name);
                arrived.add(name);
            }
            boolean answered = !lost && random.nextBoolean();
            if (answered || count == REPEATS) {
                call++;
                count = 0;
            } else {
                count++;
            }
        }

        private void send(String name) {
            String body = calls == Calls.DIFFERENT ? name : "a body";
            String key = calls == Calls.EQUAL_WITH_KEYS ? "key " + name : null;
            Call sent = new Call("chains", Fingerprint.of(body).sha256(), key, count);
            idempotency.once(sent, () -> {
                jdbc.sql("insert into effect default values").update();
                return new RecordedAnswer(200, new byte[0], false);
            });
        }
    }

    @BeforeEach
    void aTableForEffects() {
        jdbc.sql("create table if not exists effect (id bigint generated always as identity)")
                .update();
    }

    @ParameterizedTest
    @EnumSource
    void everyCallThatArrivesHasOneEffectInWhateverOrderRequestsCome(Calls calls) {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            List<Client> clients = clients(calls, random);
            List<Client> busy = new ArrayList<>(clients);
            while (!busy.isEmpty()) {
                Client next = busy.get(random.nextInt(busy.size()));
                next.step();
                busy.removeIf(Client::done);
            }
            assertOneEffectEach("round " + round, clients);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCallThatArrivesHasOneEffectWhenClientsCallAtOnce(Calls calls) {
        for (int round = 0; round < ROUNDS / 6; round++) {
            List<Client> clients = clients(calls, new Random(round));
            CompletableFuture.allOf(clients.stream()
                            .map(client -> CompletableFuture.runAsync(() -> {
                                while (!client.done()) {
                                    client.step();
                                }
                            }))
                            .toArray(CompletableFuture[]::new))
                    .join();
            assertOneEffectEach("round " + round, clients);
        }
    }

    private List<Client> clients(Calls calls, Random random) {
        jdbc.sql("truncate effect, recorded_answer").update();
        List<Client> clients = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            clients.add(new Client(number, calls, new Random(random.nextLong())));
        }
        return clients;
    }

    private void assertOneEffectEach(String round, List<Client> clients) {
        int arrived = clients.stream().mapToInt(client -> client.arrived.size()).sum();
        assertThat(arrived).isPositive();
        assertThat(jdbc.sql("select count(*) from effect").query(Integer.class).single())
                .as(round)
                .isEqualTo(arrived);
    }
}
