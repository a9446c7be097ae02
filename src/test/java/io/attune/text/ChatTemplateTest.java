package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.dataset.Message;
import io.attune.text.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

    private static final List<Message> HI = List.of(new Message("user", "Hi"));

    @TempDir
    Path folder;

    @Test
    void theTemplateFileGoesBeforeTheOneInTheConfig() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": \"config\", \"bos_token\": {\"content\": \"<s>\"}}");
        assertThat(ChatTemplate.read(folder).orElseThrow().render(HI, null, false))
                .isEqualTo("config");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}{{ messages[0].content }}\n");
        assertThat(ChatTemplate.read(folder).orElseThrow().render(HI, null, false))
                .isEqualTo("<s>Hi");
    }

    @Test
    void aFolderWithoutATemplateHasNone() throws IOException {
        assertThat(ChatTemplate.read(folder)).isEmpty();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": null}");
        assertThat(ChatTemplate.read(folder)).isEmpty();
    }

    @Test
    void severalTemplatesAreRefusedRatherThanGuessedAmong() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"x\"}]}");
        assertThatThrownBy(() -> ChatTemplate.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("several");
    }

    @Test
    void messagesHaveTheirGivenKeysInTheOrderOfTheApi() {
        Message call = new Message(
                "assistant", "", 1, null, null, Arrays.asList(Map.of("function", Map.of("name", "f"))), null);
        Message result = new Message("tool", "20", 1, "f", null, null, "c1");
        assertThat(ChatTemplate.compile(
                                "{{ messages | tojson }}{{ tools }}{{ documents }}{{ add_generation_prompt }}",
                                Map.of())
                        .render(List.of(call, result), null, true))
                .isEqualTo("[{\"role\": \"assistant\", \"content\": \"\", \"tool_calls\": [{\"function\": {\"name\":"
                        + " \"f\"}}]}, {\"role\": \"tool\", \"content\": \"20\", \"name\": \"f\","
                        + " \"tool_call_id\": \"c1\"}]NoneNoneTrue");
    }

    @Test
    void whatTheTemplateRaisesReachesTheUser() {
        ChatTemplate template = ChatTemplate.compile("\n{{ raise_exception('Only system first') }}", Map.of());
        assertThatThrownBy(() -> template.render(HI, null, false))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("Only system first")
                .hasMessageContaining("Line 2");
    }
}
