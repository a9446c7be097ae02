package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.dataset.Message;
import io.attune.format.ModelFormatException;
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
    void conversationsWithToolsAreWrittenByTheTemplateForTools() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"chat_template": [{"name": "tool_use", "template": "with {{ tools | length }}"},
                  {"name": "default", "template": "without"}, {"name": "rag", "template": "{% bad"}]}""");
        ChatTemplate template = ChatTemplate.read(folder).orElseThrow();
        assertThat(template.render(HI, null, false)).isEqualTo("without");
        assertThat(template.render(HI, List.of("tool"), false)).isEqualTo("with 1");

        Files.writeString(folder.resolve("chat_template.jinja"), "file");
        Files.createDirectory(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), "file with tools");
        ChatTemplate fromFiles = ChatTemplate.read(folder).orElseThrow();
        assertThat(fromFiles.render(HI, null, false)).isEqualTo("file");
        assertThat(fromFiles.render(HI, List.of("tool"), false)).isEqualTo("file with tools");
    }

    @Test
    void severalTemplatesWithoutADefaultAreRefusedRatherThanGuessedAmong() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]}");
        assertThatThrownBy(() -> ChatTemplate.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("rag")
                .hasMessageContaining("chat_template.jinja");
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
