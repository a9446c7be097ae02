package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    @Test
    void whatARefusalQuotesOfTheConversationIsEscapedAndCut() {
        Map<String, Object> variables = Map.of("key", "\u001b[31m\nroot: " + "x".repeat(10_000));

        for (String source : List.of(
                "{{ raise_exception(key) }}",
                "{{ {}[key].a }}",
                "{{ {} | attr(key) + 1 }}",
                "{{ 'a'.center(9, key) }}")) {
            assertThatThrownBy(() -> Template.compile(source).render(variables))
                    .as(source)
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining("\\u001b[31m\\u000aroot")
                    .hasMessageMatching("\\P{Cntrl}{1,800}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ x | nosuchfilter }}",
                "{{ x is nosuchtest }}",
                "{{ nosuchfunction() }}",
                "{{ ''.nosuchmethod() }}",
                "{{ '' | replace('a') }}",
                "{{ '' | trim(1, 2, 3) }}",
                "{{ 'a' | upper(by=2) }}",
                "{% include 'x' %}",
                "{% include 'x' ignore missing with context %}",
                "{% import 'x' as y %}",
                "{% from 'x' import y as z, w with context %}",
                "{% extends 'x' %}",
                "{% set n.x = 1 %}",
                "{{ raise_exception('no') }}",
                "{{ [1] | random }}",
                "{{ 'a'.translate({}) }}",
            })
    void whatIsNotKnownFailsWhenItIsReachedAndWithItsLine(String source) {
        assertThat(Template.compile("{% if false %}" + source + "{% endif %}ok").render(Map.of()))
                .isEqualTo("ok");
        Template reached = Template.compile("{# #}\n\n" + source);
        assertThatThrownBy(() -> reached.render(Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("Line 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if x %}",
                "{{ x",
                "{{ 'x }}",
                "{# x",
                "{% endfor %}",
                "{{ }}",
                "{% for x of y %}{% endfor %}",
                "{{ (1 }}",
                "{{ [1}] }}",
                "{% break %}",
                "{% set true = 1 %}",
                "{% nosuchtag %}",
                "{% do x %}",
                "{% macro m(a, a) %}{% endmacro %}",
                "{% macro m(a=1, b) %}{% endmacro %}",
                "{% call x %}{% endcall %}",
                "{% for x in y %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}",
                "{% block a %}{% endblock %}{% block a %}{% endblock %}",
                "{{ f(a=1, 2) }}",
                "{{ f(a=1, a=2) }}",
                "{{ x is string is string }}",
                "{% raw %}x",
                "{{ a b }}"
            })
    void templatesThatAreNotValidAreRefused(String source) {
        assertThatThrownBy(() -> Template.compile(source)).isInstanceOf(TemplateException.class);
    }

    @Test
    void aLoopsConditionSeesWhatTheBodyChanged() {
        Template template = Template.compile(
                "{% set n = namespace(v=1) %}{% for x in [1, 2, 3] if x == n.v %}{% set n.v = 3 %}{{ x }}{% endfor %}");
        assertThat(template.render(Map.of())).isEqualTo("13");
    }

    @Test
    void floatsPrintAsPythonPrintsThem() {
        assertThat(text(1.0)).isEqualTo("1.0");
        assertThat(text(-0.0)).isEqualTo("-0.0");
        assertThat(text(2.0E-3)).isEqualTo("0.002");
        assertThat(text(1e16)).isEqualTo("1e+16");
        assertThat(text(9007199254740993.0)).isEqualTo("9007199254740992.0");
        assertThat(text(2e-323)).isEqualTo("2e-323");
        assertThat(text(Double.MAX_VALUE)).isEqualTo("1.7976931348623157e+308");
        assertThat(text(2.2250738585072014E-308)).isEqualTo("2.2250738585072014e-308");
        assertThat(text(100.0)).isEqualTo("100.0");
        assertThat(text(0.0001)).isEqualTo("0.0001");
        assertThat(text(0.00001)).isEqualTo("1e-05");
    }

    private static String text(double value) {
        return Template.compile("{{ x }}").render(Map.of("x", value));
    }

    @Test
    void charactersThatUnicodeGotLaterAreRefusedRatherThanGuessedAt() {
        Map<String, String> variables = Map.of("x", "\u0378");
        for (String source : List.of("{{ x | upper }}", "{{ x.lower() }}", "{{ [x] }}")) {
            assertThatThrownBy(() -> Template.compile(source).render(variables)).hasMessageContaining("U+378");
        }
        assertThat(Template.compile("{{ x }}").render(variables)).isEqualTo(variables.get("x"));
    }

    /** The expected texts come from CPython's Jinja2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{% for i in [1, 2] %}{{ x }}{% endfor %}{% set x = 1 %} # ``",
                "{% if false %}{% set x = 1 %}{% endif %}{{ x }} # given",
                "{% for i in [1, 2] %}{{ x }}{% set x = i %}{% endfor %}{{ x }} # givengivengiven",
                "{% for i in [1, 2] %}{% continue %}{% else %}none{% endfor %} # none",
                "{% macro m() %}{{ y }}{% endmacro %}{% set y = 1 %}{% set y = 2 %}{{ m() }} # 2",
                "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(b=2) }} # 112",
                "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(a) m() %}<{{ a }}>{% endcall %} # <1>",
                "{% with x = 1, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }} # 1givengiven",
                "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a + b + c }}{% endfor %} # 6",
                "{% for i in [1, [2]] recursive %}{{ loop.depth }}{{ loop(i) if i is iterable }}{% endfor %} # 112",
                "{% for i in [1, 2] %}{% for j in [1] %}{{ loop.depth }}{% endfor %}{% endfor %} # 11",
                "{% set x | upper %}a{{ x }}b{% endset %}{{ x }} # AB",
                "{% set n = namespace(a=1) %}{% set n.a %}b{% endset %}{{ n.a }} # b",
                "{% set range = 5 %}{{ range }} # 5",
                "{{ ' 1 2 3 '.split(none, 1) }} # ['1', '2 3 ']",
                "{{ range(5)[1:] }}{{ (1, 2, 3)[::-1] }} # range(1, 5)(3, 2, 1)",
                "{{ {1: 'a'}[1.0] }}{{ {true: 'a'}[1] }}{{ {1: 'a', true: 'b'} }} # aa{1: 'b'}",
                "{{ '{:<6.2f}|{!r}|{x[k]}'.format(2.5, 'a', x={'k': 1}) }} # 2.50  |'a'|1",
                "{{ '%05.1f|%-4d|%x' % (2.25, 7, 255) }} # 002.2|7   |ff",
                "{{ ('<' | safe) + '>' }}{{ ('<' | safe) ~ '>' }} # <&gt;<>",
                "{{ [3, 1, 2] | sort(reverse=true) }}{{ ['b', 'A'] | sort }} # [3, 2, 1]['A', 'b']",
                "{{ 2.5 | round }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 7 % -3.0 }}{{ -2 ** 2 }} # 2.0-42-2.04",
            })
    void namesLoopsAndValuesBehaveAsInJinja(String source, String expected) {
        assertThat(Template.compile(source).render(Map.of("x", "given"))).isEqualTo(expected);
    }
}
