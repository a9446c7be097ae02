package io.attune.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment defines the Hub's address and the user's token, by the same variables as for huggingface_hub. */
class HubSettingsTest {

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void nameHome() {
        environment.put("HOME", home.toString());
    }

    @Test
    void withoutSettingsThePublicHubIsAskedByNobody() {
        HubSettings settings = HubSettings.of(environment);
        assertThat(settings.endpoint()).hasScheme("https").hasNoPort();
        assertThat(settings.token()).isEmpty();
        assertThat(settings.offline()).isFalse();
    }

    @Test
    void anotherAddressMayHaveAPathAndASlashAtItsEnd() {
        environment.put("HF_ENDPOINT", "https://mirror.example/hub/");
        assertThat(HubSettings.of(environment).at("/api/models/gpt2"))
                .hasToString("https://mirror.example/hub/api/models/gpt2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mirror.example", "ftp://mirror.example", "https://", "https://me:pw@mirror.example", "a b"})
    void anAddressThatIsNoneIsRefused(String endpoint) {
        environment.put("HF_ENDPOINT", endpoint);
        assertThatThrownBy(() -> HubSettings.of(environment))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_ENDPOINT must be an address such as")
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "YES", "on"})
    void offlineIsSaidInFourWays(String value) {
        environment.put("HF_HUB_OFFLINE", value);
        assertThat(HubSettings.of(environment).offline()).isTrue();
        environment.put("HF_HUB_OFFLINE", "0");
        assertThat(HubSettings.of(environment).offline()).isFalse();
    }

    @Test
    void aTokenIsTheVariableOrElseTheFileOfTheLogin() throws IOException {
        write(".cache/huggingface/token", "hf_default\n");
        assertThat(token()).contains("hf_default");
        environment.put("XDG_CACHE_HOME", home.resolve("caches").toString());
        assertThat(token()).isEmpty();
        write("caches/huggingface/token", "hf_xdg");
        assertThat(token()).contains("hf_xdg");
        environment.put("HF_HOME", "~/hf");
        write("hf/token", "hf_home");
        assertThat(token()).contains("hf_home");
        environment.put("HF_TOKEN_PATH", home.resolve("secret").toString());
        write("secret", " hf_path ");
        assertThat(token()).contains("hf_path");
        environment.put("HF_TOKEN", "hf_variable");
        assertThat(token()).contains("hf_variable");
    }

    @Test
    void whatIsNoTokenIsRefusedWithoutShowingIt() {
        environment.put("HF_TOKEN", "hf_secret\nX-Other: 1");
        assertThatThrownBy(() -> HubSettings.of(environment))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("what HF_TOKEN holds is no token")
                .hasMessageNotContaining("hf_secret");
    }

    @Test
    void settingsThatArePrintedDoNotShowTheToken() {
        environment.put("HF_TOKEN", "hf_secret");
        assertThat(HubSettings.of(environment).toString())
                .contains("token of HF_TOKEN")
                .doesNotContain("hf_secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "Qwen/Qwen2.5-0.5B-Instruct", "_a/b_", "a/b.c"})
    void anIdHasAnOwnerAndANameOrANameAlone(String id) {
        assertThat(HubId.of(id)).map(HubId::value).contains(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/b/c",
                "./a",
                "/a/b",
                "a/",
                "-a/b",
                "a/b.",
                "a--b/c",
                "a..b",
                "a/model.gguf",
                "a b",
                "a/b?c",
                "~/a"
            })
    void pathsAndNamesOfModelFilesAreNoIds(String text) {
        assertThat(HubId.of(text)).isEmpty();
    }

    private Optional<String> token() {
        return HubSettings.of(environment).token().map(HubToken::value);
    }

    private void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
