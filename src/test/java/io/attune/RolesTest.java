package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.core.type.classreading.MetadataReaderFactory;

class RolesTest {

    private final MetadataReaderFactory types = new CachingMetadataReaderFactory();

    @ParameterizedTest
    @CsvSource({"'api,worker', true", "'', true", "api, true", "worker, false", "' Worker , API ', true"})
    void endpointsAreServedInTheRoleApiAlone(String setting, boolean served) throws IOException {
        assertThat(isIn("io.attune.file.FileController", setting)).isEqualTo(served);
        assertThat(isIn("io.attune.api.ErrorPage", setting)).isTrue();
        assertThat(isIn("io.attune.file.FileService", setting)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'api,worker', true", "'', true", "api, false", "worker, true"})
    void jobsAreClaimedInTheRoleWorkerAlone(String setting, boolean claimed) throws IOException {
        assertThat(isIn("io.attune.worker.WorkerService", setting)).isEqualTo(claimed);
    }

    @Test
    void anUnknownRoleIsRefused() {
        assertThatThrownBy(() -> isIn("io.attune.file.FileController", "baker"))
                .isInstanceOf(BindException.class)
                .hasStackTraceContaining("baker");
    }

    private boolean isIn(String type, String setting) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("attune.roles", setting)));
        return !Roles.of(environment).match(types.getMetadataReader(type), types);
    }
}
