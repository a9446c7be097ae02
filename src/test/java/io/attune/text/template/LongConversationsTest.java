package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LongConversationsTest {

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 7, 4, 9, 5, 3);

    /** Uses most operations that templates apply to a message, more than once. */
    private static final String THOROUGH = """
            {%- macro text(content) -%}
            {%- if content is string -%}{{ content | trim }}{%- else -%}
            {%- for part in content -%}{{ part.text }}{%- endfor -%}{%- endif -%}
            {%- endmacro -%}
            {%- set ns = namespace(last=0) -%}
            {%- for message in messages[::-1] -%}
            {%- if message.role == 'user' and not ns.last -%}{%- set ns.last = messages | length - loop.index -%}{%- endif -%}
            {%- endfor -%}
            {%- for message in messages -%}
            {%- set content = text(message.content) -%}
            {%- if '</think>' in content -%}
            {%- set content = content.split('</think>')[-1].lstrip('\n') -%}
            {%- endif -%}
            {{- '<|' + message.role + '|>\n' + content | replace('\r', '') + '<|end|>\n' -}}
            {%- if message.tool_calls -%}
            {%- for call in message.tool_calls -%}{{ call.function.arguments | tojson }}{%- endfor -%}
            {%- endif -%}
            {%- endfor -%}
            {%- if add_generation_prompt -%}{{ '<|assistant|>\n' }}{%- endif -%}""";

    private static List<Object> messages(int count, int characters) {
        List<Object> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = ("message " + i + " é 😀 ").repeat(characters / 14 + 1);
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", text));
        }
        return messages;
    }

    @Test
    void fourThousandMessagesWithAMegabyteOfTextRender() {
        List<Object> messages = messages(4000, 256);
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", messages);
        variables.put("add_generation_prompt", true);
        String text = Template.compile(THOROUGH).render(variables, NOW);
        assertThat(text.length()).isGreaterThan(1 << 20);
        assertThat(text).endsWith("<|end|>\n<|assistant|>\n");
    }

    @Test
    void oneMessageWithAMegabyteOfTextRenders() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", messages(1, 1 << 20));
        assertThat(Template.compile(THOROUGH).render(variables, NOW).length()).isGreaterThan(1 << 20);
    }

    /** Counts steps instead of time: the cost of all beginnings grows with their number, not with its square. */
    @Test
    void allBeginningsTogetherCostAboutAsMuchAsTheLastOne() {
        Template template =
                Template.compile("{% if messages[0].role == 'system' %}{% set rest = messages[1:] %}{% else %}"
                        + "{% set rest = messages %}{%"
                        + " endif %}{% for m in rest %}<{{ m.role }}>{{ m.content }}{% if loop.last %}!{% endif %}{%"
                        + " endfor %}{% if add_generation_prompt %}<assistant>{% endif %}");
        int[] looked = new int[1];
        List<Object> messages = messages(4000, 8);
        List<Object> counting = new AbstractList<>() {
            @Override
            public Object get(int index) {
                looked[0]++;
                return messages.get(index);
            }

            @Override
            public int size() {
                return messages.size();
            }
        };
        Conversation conversation = template.conversation(Map.of(), counting, NOW, new Work());
        int length = 0;
        for (int i = 1; i < messages.size(); i += 2) {
            conversation.render(i, true);
            length = conversation.render(i + 1, false).length();
        }
        assertThat(length).isGreaterThan(4000 * 16);
        assertThat(looked[0]).isLessThan(8 * messages.size());
    }
}
