package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/api.md is what the contract, the committed openapi.yaml and the refusals give. It is written anew by
 * {@code mvn test -Dtest=ApiDocumentTest -Dattune.api.write=true}, after openapi.yaml was.
 */
class ApiDocumentTest {

    private static final Path COMMITTED = Path.of("docs/api.md");

    @Test
    void theCommittedPageIsTheGeneratedOne() throws IOException {
        String generated = new ApiDocument(new Description(ContractFiles.described()).operations()).text();
        if (Boolean.getBoolean("attune.api.write")) {
            Files.writeString(COMMITTED, generated);
        }
        assertThat(generated)
                .as("docs/api.md; write it anew with -Dattune.api.write=true")
                .isEqualTo(Files.readString(COMMITTED));
    }
}
