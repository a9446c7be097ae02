package io.attune.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The compose files, as YAML. They are not run here: {@code tools/images} does that. */
class ComposeFileTest {

    /** A secret without a value, quoted so that Compose takes whatever is put there as it stands. */
    private static final String NO_VALUE = "''";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:[?-])?");

    private final Map<String, Object> compose = yaml("docker-compose.yml");
    private final Map<String, Map<String, Object>> services = section(compose, "services");

    @Test
    void postgresAndTheServiceAreAllThereIs() {
        assertThat(services.keySet()).containsExactly("postgres", "attune");
        assertThat(services.get("postgres")).containsEntry("image", "postgres:18");
    }

    @Test
    void noSecretIsWrittenDownAndAMissingOneStopsTheStart() {
        services.forEach((name, service) -> environment(service).forEach((variable, value) -> {
            if (variable.matches(".*(PASSWORD|KEY|SECRET|TOKEN).*")) {
                assertThat(value).as("%s of %s", variable, name).matches("\\$\\{\\w+:\\?[^}]+}");
            }
        }));
        assertThat(environment(services.get("attune"))).containsKeys("ATTUNE_ADMIN_KEY", "SPRING_DATASOURCE_PASSWORD");
    }

    @Test
    void everyVariableIsExplainedInTheExampleAndHasNoValueThereWhenSecret() throws IOException {
        Map<String, String> example = example();
        Matcher used = VARIABLE.matcher(Files.readString(Path.of("docker-compose.yml")));
        while (used.find()) {
            assertThat(example).containsKey(used.group(1));
            if (":?".equals(used.group(2))) {
                assertThat(example.get(used.group(1))).as(used.group(1)).isEqualTo(NO_VALUE);
            }
        }
    }

    @Test
    void theServiceStartsWhenTheDatabaseAnswers() {
        assertThat(services.get("attune").get("depends_on"))
                .isEqualTo(Map.of("postgres", Map.of("condition", "service_healthy")));
        assertThat(environment(services.get("attune")))
                .containsEntry(
                        "SPRING_DATASOURCE_URL",
                        "jdbc:postgresql://postgres:5432/"
                                + environment(services.get("postgres")).get("POSTGRES_DB"))
                .containsEntry(
                        "SPRING_DATASOURCE_USERNAME",
                        environment(services.get("postgres")).get("POSTGRES_USER"));
    }

    @Test
    void everyServiceIsWatchedRestartedAndKeepsItsDataInANamedVolume() {
        services.forEach((name, service) -> {
            assertThat(section(service, "healthcheck")).as(name).containsKeys("test", "interval", "timeout", "retries");
            assertThat(service).as(name).containsEntry("restart", "unless-stopped");
            String volume = ((List<?>) service.get("volumes")).get(0).toString().split(":")[0];
            assertThat(section(compose, "volumes")).as(name).containsKey(volume);
        });
    }

    @Test
    void nothingIsPublishedBeyondThisMachineUnlessAskedFor() {
        assertThat(services.get("postgres")).doesNotContainKey("ports");
        assertThat(services.get("attune").get("ports")).isEqualTo(List.of("${ATTUNE_PUBLISH:-127.0.0.1:8080}:8080"));
    }

    @Test
    void theGpuFileAddsTheGpuTargetAndTheDevicesAlone() {
        Map<String, Map<String, Object>> gpu = section(yaml("docker-compose.gpu.yml"), "services");

        assertThat(gpu.keySet()).containsExactly("attune");
        assertThat(gpu.get("attune").keySet()).containsExactlyInAnyOrder("image", "build", "deploy");
        assertThat(gpu.get("attune").get("build")).isEqualTo(Map.of("target", "gpu"));
        assertThat(gpu.get("attune").get("deploy").toString()).contains("driver=nvidia");
    }

    @Test
    void aServiceThatIsStoppedHasTheTimeToSaveItsTrainings() {
        Map<String, Object> settings = section(yaml("src/main/resources/application.yaml"), "attune");
        Duration drain =
                DurationStyle.SIMPLE.parse(settings.get("drain-timeout").toString());

        Map<String, Map<String, Object>> services = section(yaml("docker-compose.yml"), "services");
        String grace = services.get("attune").get("stop_grace_period").toString();
        assertThat(DurationStyle.SIMPLE.parse(grace)).isGreaterThanOrEqualTo(drain.plusSeconds(50));

        int seconds = (int) yaml("helm/attune/values.yaml").get("terminationGracePeriodSeconds");
        assertThat(Duration.ofSeconds(seconds)).isGreaterThanOrEqualTo(drain.plusSeconds(50));
    }

    @Test
    void theS3FileAddsAStoreAndTellsTheServiceOfItWithoutASecret() throws IOException {
        Map<String, Object> file = yaml("docker-compose.s3.yml");
        Map<String, Map<String, Object>> with = section(file, "services");

        assertThat(with.keySet()).containsExactlyInAnyOrder("garage", "attune");
        assertThat(with.get("garage"))
                .doesNotContainKey("ports")
                .containsKeys("healthcheck", "volumes")
                .containsEntry("restart", "unless-stopped");
        assertThat(with.get("attune").keySet()).containsExactlyInAnyOrder("environment", "depends_on");
        assertThat(environment(with.get("attune")))
                .containsEntry(
                        "ATTUNE_STORE",
                        "s3://" + environment(with.get("garage")).get("GARAGE_DEFAULT_BUCKET"))
                .containsEntry(
                        "AWS_SECRET_ACCESS_KEY", environment(with.get("garage")).get("GARAGE_DEFAULT_SECRET_KEY"));
        Matcher used = VARIABLE.matcher(Files.readString(Path.of("docker-compose.s3.yml")));
        while (used.find()) {
            assertThat(used.group(2)).isEqualTo(":?");
            assertThat(example().get(used.group(1))).as(used.group(1)).isEqualTo(NO_VALUE);
        }
    }

    private static Map<String, String> environment(Map<String, Object> service) {
        return section(service, "environment");
    }

    private static Map<String, String> example() throws IOException {
        return Files.readAllLines(Path.of(".env.example")).stream()
                .filter(line -> line.contains("=") && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static Map<String, Object> yaml(String file) {
        try {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> Map<String, T> section(Map<String, Object> of, String name) {
        return (Map<String, T>) of.get(name);
    }
}
