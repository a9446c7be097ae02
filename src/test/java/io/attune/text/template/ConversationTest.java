package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 7, 4, 9, 5, 3);

    private static final String CHATML = """
            {%- for message in messages -%}
            {{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}
            {%- endfor -%}
            {%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHATML,
                "{% for m in messages %}{{ m.role }}: {{ m.content }}{% if not loop.last %};{% endif %}{% endfor %}",
                "{% for m in messages %}{{ loop.index }}/{{ loop.length }} {{ m.content }}{% endfor %}",
                "{% for m in messages %}{{ m.content }}{% if loop.nextitem is defined and loop.nextitem.role == 'tool'"
                        + " %}!{% endif %}{{ loop.previtem.role if loop.previtem is defined }}{% endfor %}",
                "{% if messages[0].role == 'system' %}{% set system = messages[0].content %}{% set rest = messages[1:]"
                        + " %}{% else %}{% set system = 'none' %}{% set rest = messages %}{% endif"
                        + " %}{{ system }}{% for m"
                        + " in rest %}[{{ m.content }}]{% else %}nothing{% endfor %}{% if"
                        + " add_generation_prompt %}>{% endif"
                        + " %}",
                "{% set n = namespace(last='', count=0, seen=[]) %}{% for m in messages %}{% if m.role == n.last %}!{%"
                        + " endif %}{% set n.last = m.role %}{% set n.count = n.count + 1 %}{% set n.seen = n.seen +"
                        + " [m.role] %}{{ m.content }}{% endfor %}{{ n.count }}{{ n.seen }}",
                "{% set n = namespace(last=-1) %}{% for m in messages[::-1] %}{% if m.role =="
                        + " 'user' and n.last < 0 %}{%"
                        + " set n.last = messages | length - 1 - loop.index0 %}{% endif %}{% endfor"
                        + " %}{% for m in messages"
                        + " %}{% if loop.index0 > n.last %}*{% endif %}{{ m.content }}{% endfor %}",
                "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false"
                        + " %}{% endif %}{% for m"
                        + " in messages %}{{ m.content }}{% endfor %}{% if add_generation_prompt %}>{% endif %}",
                "{% set go = add_generation_prompt %}{% for m in messages %}{{ m.content }}{% if go %}g{% endif %}{%"
                        + " endfor %}",
                "{% for m in messages if m.role != 'system' %}{{ loop.index }}{{ m.content }}{{ '.' if loop.last }}{%"
                        + " endfor %}",
                "{% for m in messages | selectattr('role', 'ne', 'system') %}{{ loop.index }}{{ m.content }}{% endfor"
                        + " %}",
                "{% set users = messages | selectattr('role', 'equalto', 'user') %}{% for m in"
                        + " messages %}{% if m.role =="
                        + " 'user' %}{{ (users | first).content }}{% else %}-{% endif %}{% endfor %}",
                "{% macro say(m) %}<{{ m.content }}{{ messages | length if m.role == 'tool' }}>{%"
                        + " endmacro %}{% for m in"
                        + " messages %}{{ say(m) }}{% endfor %}",
                "{% set c = cycler('a', 'b') %}{% set j = joiner(',') %}{% for m in messages %}{{"
                        + " j() }}{{ c.next() }}{%"
                        + " if loop.changed(m.role) %}+{% endif %}{% endfor %}{{ c.current }}",
                "{% for m in messages %}{% if m.role == 'tool' and loop.previtem.role != 'tool'"
                        + " %}({% endif %}{{ m.content"
                        + " }}{% if m.role == 'tool' and (loop.last or loop.nextitem.role !="
                        + " 'tool') %}){% endif %}{% endfor"
                        + " %}",
                "{% for m in messages %}{% if loop.index0 == 3 %}{% break %}{% endif %}{{ m.content }}{% endfor %}{{"
                        + " messages | map(attribute='role') | join }}",
                "{% for m in messages %}{{ m.content }}{% endfor %}{% for m in messages %}{{ m.role }}{% endfor %}{%"
                        + " for m in messages[2:] %}{{ m.content }}{% endfor %}",
                "{% if messages[-1].role == 'user' %}U{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}",
                "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{"
                        + " raise_exception('order') }}{% endif %}{{ m.content }}{% endfor %}",
                "{% for m in messages %}{% set x = m.content %}{% for y in messages %}{{ '.' if y.content == x }}{%"
                        + " endfor %}{% endfor %}",
                "{% set n = namespace(f=none) %}{% for m in messages %}{% set keep = m %}{% macro"
                        + " show() %}{{ keep.content"
                        + " }}{% endmacro %}{% set n.f = show %}{{ n.f() }}{% endfor %}{{ n.f() }}",
                "{{ messages == messages[0:] }}{% for m in messages[1:] %}{{ m.content }}{% endfor %}{{ messages }}",
                "{% set n = namespace(l=none) %}{% for m in messages %}{% if loop.first %}{% set n.l = loop %}{% endif"
                        + " %}{{ n.l.index }}{{ n.l.changed(m.role) }}{% endfor %}",
                "{% if messages %}{% if messages[0] %}{% for m in messages %}{{ m.content }}{% if"
                        + " m.role == 'system' %}{%"
                        + " continue %}{% endif %}|{% endfor %}{% endif %}{% endif %}{{ strftime_now('%d %b %Y') }}",
            })
    void everyBeginningIsWhatAPlainRenderingGives(String source) {
        Template template = Template.compile(source);
        Random random = new Random(source.hashCode());
        for (int round = 0; round < 40; round++) {
            check(template, Map.of("bos_token", "<s>"), messages(random, random.nextInt(9)), NOW, random.nextInt());
        }
    }

    /**
     * Compares beginnings of a conversation, requested in a random order, with plain renderings. Returns their
     * number.
     */
    static int check(Template template, Map<String, ?> variables, List<?> messages, LocalDateTime now, int seed) {
        Random random = new Random(seed);
        Conversation conversation = template.conversation(variables, messages, now, new Work());
        String before = "";
        int count = 0;
        int checks = 3 * messages.size() + 6;
        for (int i = 0; i < checks; i++) {
            count = random.nextInt(5) == 0
                    ? random.nextInt(messages.size() + 1)
                    : Math.min(messages.size(), count + random.nextInt(2));
            boolean prompt = random.nextBoolean();
            Map<String, Object> all = new HashMap<>(variables);
            all.put("messages", new ArrayList<>(messages.subList(0, count)));
            all.put("add_generation_prompt", prompt);
            String expected = plain(template, all, now);
            String context = count + " messages, prompt " + prompt + ", step " + i + ", seed " + seed;
            Rendered rendered;
            try {
                rendered = conversation.render(count, prompt);
            } catch (TemplateException e) {
                assertThat(expected).as(context + ": " + e.getMessage()).isNull();
                continue;
            }
            String text = before.substring(0, rendered.shared()) + rendered.tail();
            assertThat(text).as(context).isEqualTo(expected);
            before = text;
        }
        return checks;
    }

    private static String plain(Template template, Map<String, ?> variables, LocalDateTime now) {
        try {
            return template.render(variables, now);
        } catch (TemplateException e) {
            return null;
        }
    }

    private static List<Object> messages(Random random, int count) {
        List<Object> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", List.of("system", "user", "assistant", "tool").get(random.nextInt(4)));
            message.put("content", random.nextInt(6) == 0 ? "\ud83d\ude00" : "t" + random.nextInt(3));
            messages.add(message);
        }
        return messages;
    }

    @Test
    void whatTwoTextsShareIsGivenOnce() {
        List<Object> messages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "turn " + i));
        }
        Conversation conversation = Template.compile(CHATML).conversation(Map.of(), messages, NOW, new Work());
        String prompt = "<|im_start|>user\nturn 0<|im_end|>\n<|im_start|>assistant\n";
        assertThat(conversation.render(1, true)).isEqualTo(new Rendered(0, prompt));
        assertThat(conversation.render(2, false)).isEqualTo(new Rendered(prompt.length(), "turn 1<|im_end|>\n"));
        assertThat(conversation.render(2, false).tail()).isEmpty();
        assertThat(conversation.text(0, false)).isEmpty();
    }
}
