package io.attune.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * The committed openapi.yaml is what the service serves. After a change of the API it is written anew by
 * {@code mvn test -Dtest=OpenApiDriftTest -Dattune.openapi.write=true}; look at the difference before you commit it.
 */
@ServiceTest
class OpenApiDriftTest {

    private static final Path COMMITTED = Path.of("openapi.yaml");

    @LocalServerPort
    private int port;

    @Test
    void theCommittedDescriptionIsTheServedOne() throws IOException {
        String served = new ApiClient(port, null).get("/v3/api-docs.yaml").body();
        if (Boolean.getBoolean("attune.openapi.write")) {
            Files.writeString(COMMITTED, served);
        }
        assertThat(served)
                .as("openapi.yaml; write it anew with -Dattune.openapi.write=true")
                .isEqualTo(Files.readString(COMMITTED));
    }
}
