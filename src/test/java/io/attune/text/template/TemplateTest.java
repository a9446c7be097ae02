package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

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
}
