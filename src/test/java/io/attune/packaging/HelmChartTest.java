package io.attune.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Helm chart, linted, and installed on a cluster that takes everything and runs nothing. */
class HelmChartTest {

    private static final Path CHART = Path.of("helm/attune").toAbsolutePath();

    private static final String EXTERNAL = """
            database:
              external:
                enabled: true
                url: jdbc:postgresql://db.internal:5432/attune
                existingSecret: attune-db
            """;

    private static final String MODELS = """
            models:
              volume: {persistentVolumeClaim: {claimName: checkpoints}}
              import:
                - {path: tiny.gguf, name: "tiny; rm -rf /", hubId: someone/tiny}
                - {path: folder, name: other}
            """;

    private static final String CHECKSUM = "checksum/secrets";

    @TempDir
    Path folder;

    @Test
    void theChartLintsWithoutAWarning() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
        assertThat(result.getMessages()).noneMatch(m -> m.contains("[WARNING]") || m.contains("[ERROR]"));
    }

    @Test
    void byDefaultOnePodWithAnEmbeddedDatabaseKeepsItsDataOnAVolume() throws IOException {
        Manifests rendered = render("");
        Map<String, Object> set = rendered.one("StatefulSet");
        Map<String, Object> container = container(set);

        assertThat(Node.at(set, "spec", "replicas")).isEqualTo(1);
        assertThat(container).containsEntry("image", "attune:0.1.0");
        assertThat(environment(container)).containsOnlyKeys("ATTUNE_ADMIN_KEY");
        assertThat(Node.at(set, "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"))
                .isEqualTo("50Gi");
        assertThat(mounts(container))
                .containsEntry("data", "/data")
                .containsEntry("tmp", "/tmp")
                .hasSize(2);
        assertThat(Node.at(pod(set), "initContainers")).isNull();
        assertThat(Node.at(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"))
                .isEqualTo("Retain");
    }

    @Test
    void theServiceReachesThePod() throws IOException {
        Manifests rendered = render("");
        Object labels = Node.at(rendered.one("StatefulSet"), "spec", "template", "metadata", "labels");

        assertThat(rendered.all("Service")).hasSize(2).allSatisfy(service -> {
            Map<String, Object> selector = Node.map(service, "spec", "selector");
            assertThat(Node.asMap(labels)).containsAllEntriesOf(selector);
            assertThat(Node.at(service, "spec", "ports", 0, "targetPort")).isEqualTo("http");
        });
        assertThat(rendered.all("Service"))
                .anyMatch(service -> Node.at(service, "metadata", "name")
                        .equals(Node.at(rendered.one("StatefulSet"), "spec", "serviceName")));
        assertThat(Node.at(container(rendered.one("StatefulSet")), "ports", 0))
                .isEqualTo(Map.of("name", "http", "containerPort", 8080));
    }

    @Test
    void thePodIsProbedOnLivenessAndReadiness() throws IOException {
        Map<String, Object> container = container(render("").one("StatefulSet"));

        assertThat(Node.at(container, "livenessProbe", "httpGet", "path")).isEqualTo("/actuator/health/liveness");
        assertThat(Node.at(container, "startupProbe", "httpGet", "path")).isEqualTo("/actuator/health/liveness");
        assertThat(Node.at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/actuator/health/readiness");
    }

    @Test
    void thePodMeetsTheRestrictedPodSecurityStandard() throws IOException {
        for (String values : List.of("", MODELS, "gpu: {enabled: true}")) {
            Map<String, Object> set = render(values).one("StatefulSet");
            assertThat(Node.map(pod(set), "securityContext"))
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("runAsUser", 10001)
                    .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
            assertThat(pod(set)).containsEntry("automountServiceAccountToken", false);
            for (Map<String, Object> container : containers(set)) {
                assertThat(Node.map(container, "securityContext"))
                        .containsEntry("allowPrivilegeEscalation", false)
                        .containsEntry("readOnlyRootFilesystem", true)
                        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
            }
        }
    }

    @Test
    void anAdminKeyIsMadeAtRandomAndKept() throws IOException {
        Map<String, Object> secret = render("").one("Secret");
        String key = Node.at(secret, "stringData", "admin-key").toString();

        assertThat(key).hasSize(40).isNotEqualTo(Node.at(render("").one("Secret"), "stringData", "admin-key"));
        assertThat(Node.map(secret, "metadata", "annotations")).containsEntry("helm.sh/resource-policy", "keep");
        assertThat(environment(container(render("").one("StatefulSet"))).get("ATTUNE_ADMIN_KEY"))
                .isEqualTo(Map.of(
                        "secretKeyRef", Map.of("name", Node.at(secret, "metadata", "name"), "key", "admin-key")));
    }

    @Test
    void anInstallationUsesTheKeyAgainThatAnEarlierOneLeft() throws IOException {
        try (FakeCluster cluster = clusterWithKey("the-key-of-an-earlier-installation")) {
            assertThat(adminKey(renderIn(cluster, ""))).isEqualTo("the-key-of-an-earlier-installation");
        }
    }

    @Test
    void aGivenKeyTakesThePlaceOfTheOneThatIsThere() throws IOException {
        try (FakeCluster cluster = clusterWithKey("the-key-of-an-earlier-installation")) {
            assertThat(adminKey(renderIn(cluster, "adminKey: {value: a-key-of-my-own-choice}")))
                    .isEqualTo("a-key-of-my-own-choice");
        }
    }

    @Test
    void aSecretWithoutAKeyGetsOne() throws IOException {
        try (var cluster = new FakeCluster().with("ml", "mine", "mine-attune-admin-key", 1, Map.of())) {
            assertThat(adminKey(renderIn(cluster, ""))).hasSize(40);
        }
    }

    @Test
    void aSecretOfTheUsersOwnThatHasChangedMakesThePodAnew() throws IOException {
        try (var cluster = new FakeCluster()) {
            String values = "adminKey: {existingSecret: mine}";
            cluster.with("ml", "other", "mine", 7, Map.of("admin-key", "first-first-first"));
            String first = secretsChecksum(renderIn(cluster, values));
            assertThat(secretsChecksum(renderIn(cluster, values))).isEqualTo(first);

            cluster.with("ml", "other", "mine", 8, Map.of("admin-key", "second-second-second"));
            assertThat(secretsChecksum(renderIn(cluster, values))).isNotEqualTo(first);
        }
    }

    @Test
    void theNotesSayHowAVolumeGrows() throws IOException {
        assertThat(render("persistence: {size: 80Gi}").notes())
                .contains("The volume has 80Gi", "patch pvc data-mine-attune-0", "--cascade=orphan");
    }

    @Test
    void aChangedKeyMakesThePodAnewAndTheSameKeyDoesNot() throws IOException {
        String first = secretsChecksum(render("adminKey: {value: a-key-of-my-own-choice}"));

        assertThat(first).hasSize(32).isEqualTo(secretsChecksum(render("adminKey: {value: a-key-of-my-own-choice}")));
        assertThat(secretsChecksum(render("adminKey: {value: another-key-of-my-own}")))
                .isNotEqualTo(first);
    }

    @Test
    void secretsThatAreNotThereYetLeaveThePodAsItIs() throws IOException {
        String own = "adminKey: {existingSecret: mine}\n" + EXTERNAL;

        assertThat(secretsChecksum(render(own))).isEqualTo(secretsChecksum(render(own)));
        assertThat(secretsChecksum(render("adminKey: {existingSecret: mine}")))
                .isNotEqualTo(secretsChecksum(render(own)));
    }

    @Test
    void annotationsOfTheUsersOwnStandBesideTheChecksum() throws IOException {
        assertThat(podAnnotations(render("podAnnotations: {team: ml}")))
                .containsEntry("team", "ml")
                .containsKey(CHECKSUM)
                .hasSize(2);
    }

    @Test
    void aGivenAdminKeyIsUsed() throws IOException {
        Map<String, Object> secret =
                render("adminKey: {value: a-key-of-my-own-choice}").one("Secret");

        assertThat(Node.at(secret, "stringData", "admin-key")).isEqualTo("a-key-of-my-own-choice");
    }

    @Test
    void withASecretOfTheUsersOwnNoneIsMade() throws IOException {
        Manifests rendered = render("adminKey: {existingSecret: mine, existingSecretKey: k}");

        assertThat(rendered.all("Secret")).isEmpty();
        assertThat(environment(container(rendered.one("StatefulSet"))).get("ATTUNE_ADMIN_KEY"))
                .isEqualTo(Map.of("secretKeyRef", Map.of("name", "mine", "key", "k")));
    }

    @Test
    void anExternalDatabaseIsNamedByUrlAndSecret() throws IOException {
        Map<String, Object> environment = environment(container(render(EXTERNAL).one("StatefulSet")));

        assertThat(environment)
                .containsEntry("SPRING_DATASOURCE_URL", "jdbc:postgresql://db.internal:5432/attune")
                .containsEntry(
                        "SPRING_DATASOURCE_USERNAME",
                        Map.of("secretKeyRef", Map.of("name", "attune-db", "key", "username")))
                .containsEntry(
                        "SPRING_DATASOURCE_PASSWORD",
                        Map.of("secretKeyRef", Map.of("name", "attune-db", "key", "password")));
    }

    @Test
    void artifactsLieInABucketWhereOneIsNamed() throws IOException {
        Map<String, Object> environment = environment(container(render("""
                store:
                  s3:
                    enabled: true
                    bucket: artifacts
                    endpoint: http://garage:3900
                    existingSecret: attune-s3
                """).one("StatefulSet")));

        assertThat(environment)
                .containsEntry("ATTUNE_STORE", "s3://artifacts")
                .containsEntry("ATTUNE_S3_ENDPOINT", "http://garage:3900")
                .containsEntry("ATTUNE_STORE_CACHE", "20GB")
                .containsEntry(
                        "AWS_SECRET_ACCESS_KEY",
                        Map.of("secretKeyRef", Map.of("name", "attune-s3", "key", "secret-access-key")))
                .containsKey("AWS_ACCESS_KEY_ID")
                .doesNotContainKey("ATTUNE_S3_REGION");
        assertThatThrownBy(() -> render("store: {s3: {enabled: true}}")).hasMessageContaining("/store/s3/bucket");
    }

    @Test
    void aGpuIsAskedForWithTheGpuImage() throws IOException {
        Map<String, Object> set = render("gpu: {enabled: true, count: 2, runtimeClassName: nvidia}")
                .one("StatefulSet");

        assertThat(container(set)).containsEntry("image", "attune:0.1.0-gpu");
        assertThat(Node.map(container(set), "resources", "limits"))
                .containsEntry("nvidia.com/gpu", 2)
                .containsEntry("memory", "12Gi");
        assertThat(pod(set)).containsEntry("runtimeClassName", "nvidia");
        assertThat(pod(render("").one("StatefulSet"))).doesNotContainKey("runtimeClassName");
    }

    @Test
    void baseModelsComeFromAReadOnlyVolumeBeforeTheServiceStarts() throws IOException {
        Map<String, Object> set = render(MODELS).one("StatefulSet");
        List<Map<String, Object>> imports = Node.list(pod(set), "initContainers");

        assertThat(imports)
                .hasSize(2)
                .allSatisfy(container -> assertThat(mounts(container))
                        .containsEntry("models", "/models")
                        .containsEntry("data", "/data"));
        assertThat(Node.<Object>list(imports.get(0), "args"))
                .as("names are arguments, not shell")
                .endsWith("tiny.gguf", "tiny; rm -rf /", "someone/tiny");
        assertThat(Node.<Object>list(imports.get(1), "args")).endsWith("folder", "other", "");
        assertThat(Node.list(pod(set), "volumes"))
                .contains(Map.of("name", "models", "persistentVolumeClaim", Map.of("claimName", "checkpoints")));
    }

    @Test
    void valuesThatCannotWorkAreRefusedByName() {
        assertThatThrownBy(() -> render("database: {external: {enabled: true}}"))
                .hasMessageContaining("/database/external/url");
        assertThatThrownBy(() -> render("adminKey: {value: short}")).hasMessageContaining("/adminKey/value");
        assertThatThrownBy(() -> render("replicas: 3")).hasMessageContaining("'replicas' not allowed");
        assertThatThrownBy(() -> render("models: {import: [{path: a, name: b}]}"))
                .hasMessageContaining("models.import needs models.volume");
        assertThatThrownBy(() -> render("persistence: {size: large}")).hasMessageContaining("/persistence/size");
        assertThatThrownBy(() -> render("gpu: {enabled: true, count: 0}")).hasMessageContaining("/gpu/count");
    }

    private Manifests render(String values) throws IOException {
        try (var cluster = new FakeCluster()) {
            return renderIn(cluster, values);
        }
    }

    private Manifests renderIn(FakeCluster cluster, String values) throws IOException {
        Release release = new Helm(CHART)
                .install()
                .disableOpenApiValidation()
                .withKubeConfigContents(cluster.kubeConfig())
                .withName("mine")
                .withNamespace("ml")
                .withValuesFile(Files.writeString(Files.createTempFile(folder, "values", ".yaml"), values))
                .call();
        return new Manifests(cluster.objects(), release.getOutput());
    }

    private static FakeCluster clusterWithKey(String key) throws IOException {
        return new FakeCluster().with("ml", "mine", "mine-attune-admin-key", 1, Map.of("admin-key", key));
    }

    private static String adminKey(Manifests rendered) {
        return Node.at(rendered.one("Secret"), "stringData", "admin-key").toString();
    }

    private static String secretsChecksum(Manifests rendered) {
        return podAnnotations(rendered).get(CHECKSUM).toString();
    }

    private static Map<String, Object> podAnnotations(Manifests rendered) {
        return Node.map(rendered.one("StatefulSet"), "spec", "template", "metadata", "annotations");
    }

    private static Map<String, Object> pod(Map<String, Object> set) {
        return Node.map(set, "spec", "template", "spec");
    }

    private static Map<String, Object> container(Map<String, Object> set) {
        return Node.map(pod(set), "containers", 0);
    }

    private static List<Map<String, Object>> containers(Map<String, Object> set) {
        var all = new ArrayList<>(Node.<Map<String, Object>>list(pod(set), "containers"));
        if (pod(set).containsKey("initContainers")) {
            all.addAll(Node.list(pod(set), "initContainers"));
        }
        return all;
    }

    /** Name to value, or to what the value comes from. */
    private static Map<String, Object> environment(Map<String, Object> container) {
        var environment = new HashMap<String, Object>();
        for (Map<String, Object> variable : Node.<Map<String, Object>>list(container, "env")) {
            environment.put(variable.get("name").toString(), variable.getOrDefault("value", variable.get("valueFrom")));
        }
        return environment;
    }

    private static Map<String, Object> mounts(Map<String, Object> container) {
        var mounts = new HashMap<String, Object>();
        for (Map<String, Object> mount : Node.<Map<String, Object>>list(container, "volumeMounts")) {
            mounts.put(mount.get("name").toString(), mount.get("mountPath"));
        }
        return mounts;
    }

    private record Manifests(List<Map<String, Object>> documents, String notes) {

        List<Map<String, Object>> all(String kind) {
            return documents.stream()
                    .filter(document -> kind.equals(document.get("kind")))
                    .toList();
        }

        Map<String, Object> one(String kind) {
            assertThat(all(kind)).as(kind).hasSize(1);
            return all(kind).get(0);
        }
    }

    /** Steps through parsed YAML: names into mappings, numbers into sequences. */
    private static final class Node {

        static Object at(Object from, Object... path) {
            Object node = from;
            for (Object step : path) {
                node = step instanceof Integer index
                        ? ((List<?>) node).get(index)
                        : asMap(node).get(step.toString());
            }
            return node;
        }

        static Map<String, Object> map(Object from, Object... path) {
            return asMap(at(from, path));
        }

        @SuppressWarnings("unchecked")
        static <T> List<T> list(Object from, Object... path) {
            return (List<T>) at(from, path);
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> asMap(Object node) {
            return (Map<String, Object>) node;
        }
    }
}
