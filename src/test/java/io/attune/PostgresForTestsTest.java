package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerFetchException;

/** Which PostgreSQL the tests get. */
class PostgresForTestsTest {

    @Test
    void aDockerEngineGivesIt() {
        assertThat(PostgresForTests.start(() -> true, () -> "container", why -> "embedded"))
                .isEqualTo("container");
    }

    @Test
    void withoutAnEngineItIsTheEmbeddedOne() {
        String server = PostgresForTests.start(
                () -> false,
                () -> {
                    throw new AssertionError("nobody is there to start it");
                },
                why -> "embedded: " + why);
        assertThat(server).isEqualTo("embedded: no Docker engine was found");
    }

    @Test
    void withAnEngineThatCannotPullTheImageItIsTheEmbeddedOneAndTheReportSaysWhy() {
        String server = PostgresForTests.start(
                () -> true,
                () -> {
                    throw new ContainerFetchException("Can't get Docker image: postgres:18-alpine");
                },
                why -> "embedded: " + why);
        assertThat(server).startsWith("embedded: a Docker engine was found").contains("postgres:18-alpine");
    }

    @Test
    void anotherFaultOfTheTestsIsNotHidden() {
        assertThatThrownBy(() -> PostgresForTests.start(
                        () -> true,
                        () -> {
                            throw new IllegalStateException("a defect");
                        },
                        why -> "embedded"))
                .hasMessage("a defect");
    }
}
