package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{% macro m() %}{% endmacro %}` | the tag 'macro'",
                "`{% include 'x' %}` | the tag 'include'",
                "`{{ x | sort }}` | the filter 'sort'",
                "`{% if false %}{{ x.format(1) }}{% endif %}` | the method 'format'",
                "`{{ x is sameas y }}` | the test 'sameas'",
                "`{{ strftime_now('%Y') }}` | the function 'strftime_now'",
                "`{{ 2 ** 3 }}` | the operator **",
                "`{{ x | tojson(sort_keys=true) }}` | argument 'sort_keys'",
            })
    void whatIsNotBuiltIsRefusedWhenCompilingByNameAndLine(String source, String name) {
        assertThatThrownBy(() -> Template.compile("{# #}\n\n" + source.replace("`", "")))
                .isInstanceOf(UnsupportedTemplateException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("line 3");
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
                "{{ x | replace('a') }}",
                "{% raw %}x",
                "{{ a b }}"
            })
    void templatesThatAreNotValidAreRefused(String source) {
        assertThatThrownBy(() -> Template.compile(source)).isInstanceOf(TemplateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(100) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
                "{% set n = namespace(s=[1]) %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s=[1]) %}{% for i in range(100) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s"
                        + " }}",
                "{% set n = namespace(s=[1]) %}{% for i in range(100) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s |"
                        + " tojson }}",
                "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(100) %}{% set n.s = [n.s, n.s] %}{% set n.t ="
                        + " [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}",
                "{% set n = namespace(s=[1]) %}{% for i in range(100000) %}{% set n.s = [n.s] %}{% endfor %}{{ n.s }}",
                "{% set n = namespace(i=7) %}{% for i in range(100000) %}{% set n.i = n.i * n.i %}{% endfor %}",
                "{% set n = namespace(s='a') %}{% for i in range(30) %}{% set n.s = n.s.replace('a', 'aa') %}{% endfor"
                        + " %}{% for i in range(30) %}{{ n.s }}{% endfor %}",
                "{{ 'x' * 2000000000 }}",
                "{% set a = 'a' * 10000000 %}{{ a.replace('a', a) }}",
                "{% set a = 'a' * 10000000 %}{{ a.split('a') }}",
                "{% set a = 'a' * 10000000 %}{{ (a ~ 'b') in (a ~ a) }}",
                "{% set a = 'a' * 10000000 %}{% set b = 'a' * 10000000 %}{% for i in range(100000) %}{{ a == b }}{%"
                        + " endfor %}",
                "{% set a = ' ' * 10000000 %}{% for i in range(100000) %}{{ a.strip() }}{{ a | length }}{{ a[9999999]"
                        + " }}{% endfor %}",
                "{% for i in range(1000) %}{% for j in range(1000) %}{{ 1.7976931348623157e+308 }}{% endfor %}{%"
                        + " endfor %}",
                "{{ [0] * 2000000000 }}",
                "{{ range(2000000000) | list }}",
                "{{ [1] | tojson(indent=2000000000) }}",
                "{% for i in range(100000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' * 1000 }}{%"
                        + " endfor %}"
            })
    void templatesThatAskForTooMuchEndSoon(String source) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Template template = Template.compile(source);
            assertThatThrownBy(() -> template.render(Map.of())).isInstanceOf(TemplateException.class);
        });
    }

    @Test
    void deepNestingEndsInAnErrorOfTheTemplate() {
        int depth = 50_000;
        for (String source : List.of(
                "{{ " + "(".repeat(depth) + "1" + ")".repeat(depth) + " }}",
                "{{ " + "[".repeat(depth) + "]".repeat(depth) + " }}",
                "{{ " + "-".repeat(depth) + "1 }}",
                "{{ " + "not ".repeat(depth) + "1 }}",
                "{{ " + "1 + ".repeat(depth) + "1 }}",
                "{{ x" + "|trim".repeat(depth) + " }}",
                "{{ x" + "[0]".repeat(depth) + " }}",
                "{{ 1 " + "if 1 else 1 ".repeat(depth) + " }}",
                "{{ 1 " + "and 1 ".repeat(depth) + " }}",
                "{{ " + "1_".repeat(depth) + "1 }}",
                "{{ " + "1_".repeat(depth) + "1.5e5 b }}",
                "{% if 1 %}".repeat(depth) + "{% endif %}".repeat(depth))) {
            assertThatThrownBy(() -> Template.compile(source).render(Map.of()))
                    .as(source.substring(0, 20))
                    .isInstanceOf(TemplateException.class);
        }
    }

    @Test
    void aLoopWhoseConditionItsBodyCouldChangeIsRefused() {
        Template template = Template.compile(
                "{% set n = namespace(v=1) %}{% for x in [1, 2] if x == n.v %}{% set n.v = 2 %}{{ x }}{% endfor %}");
        assertThatThrownBy(() -> template.render(Map.of())).isInstanceOf(UnsupportedTemplateException.class);
    }

    @Test
    void floatsPrintAsPythonPrintsThem() {
        assertThat(Text.of(1.0)).isEqualTo("1.0");
        assertThat(Text.of(-0.0)).isEqualTo("-0.0");
        assertThat(Text.of(2.0E-3)).isEqualTo("0.002");
        assertThat(Text.of(1e16)).isEqualTo("1e+16");
        assertThat(Text.of(9007199254740993.0)).isEqualTo("9007199254740992.0");
        assertThat(Text.of(2e-323)).isEqualTo("2e-323");
        assertThat(Text.of(Double.MAX_VALUE)).isEqualTo("1.7976931348623157e+308");
        assertThat(Text.of(2.2250738585072014E-308)).isEqualTo("2.2250738585072014e-308");
        assertThat(Text.of(100.0)).isEqualTo("100.0");
        assertThat(Text.of(0.0001)).isEqualTo("0.0001");
        assertThat(Text.of(0.00001)).isEqualTo("1e-05");
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
