package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Templates that use too many resources. They run in their own JVM with a heap of 64 MB, each on a thread with half
 * of the usual stack. The test measures processor time, so a busy machine does not matter.
 */
class HostileTest {

    private static final int HEAP_MIB = 64;
    private static final int STACK = 512 << 10;
    private static final long MAX_NANOS = 1_000_000_000L;

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 7, 4, 9, 5, 3);

    private static final Map<String, Object> CHAT = Map.of(
            "messages",
            List.of(Map.of("role", "user", "content", "Hello there"), Map.of("role", "assistant", "content", "Hi")),
            "add_generation_prompt",
            false);

    private static String nested(String open, String middle, String close) {
        return open.repeat(50_000) + middle + close.repeat(50_000);
    }

    private static String grown(String start, String growth, String use) {
        return "{% set n = namespace(s=" + start + ", t=" + start + ", i=7) %}{% for i in range(100000) %}" + growth
                + "{% endfor %}" + use;
    }

    private static String million(String body) {
        return "{% for row in range(1000) %}{% for column in range(1000) %}" + body + "{% endfor %}{% endfor %}";
    }

    private static final String LONG =
            "{% set a = 'a' * 1000000 %}{% set b = ' ' * 1000000 %}{% set c = '<&\"' * 300000"
                    + " %}{% set l = range(90000) | list %}";

    private static final List<String> HOSTILE = List.of(
            // loops
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{{ a + b * c }}{%"
                    + " endfor %}{% endfor %}{% endfor %}",
            "{{ range(2000000000) | list }}",
            "{{ range(0, -99999999999999999999, -1) | length }}",
            million("{{ range(100000) | sum }}"),
            million("{{ range(100000) | list | sort | map('string') | join }}"),
            million("{% if 77777 in range(100000) %}{% endif %}"),
            million("{% if " + "1 and ".repeat(190) + "1 %}{% endif %}"),
            million("{{ [" + "1,".repeat(20_000) + "] }}"),
            million("{{ messages | map(attribute='content') | join | upper | lower | title | trim }}"),
            // values that double
            grown("'xxxxxxxx'", "{% set n.s = n.s + n.s %}", ""),
            grown("'xxxxxxxx'", "{% set n.s = n.s ~ n.s %}", ""),
            grown("'x'", "{% set n.s %}{{ n.s }}{{ n.s }}{% endset %}", ""),
            grown("'a'", "{% set n.s = n.s.replace('a', 'aa') %}", ""),
            grown("'a'", "{% set n.s = '%s%s' % (n.s, n.s) %}", ""),
            grown("'a'", "{% set n.s = '{0}{0}'.format(n.s) %}", ""),
            grown("'a'", "{% set n.s = [n.s, n.s] | join %}", ""),
            grown("'<'", "{% set n.s = n.s | escape | string | replace('&', '&&') %}", ""),
            grown("'\\\"'", "{% set n.s = n.s | tojson %}", ""),
            grown("[1]", "{% set n.s = n.s + n.s %}", ""),
            grown("[1]", "{% set n.s = n.s * 2 %}", ""),
            grown("(1,)", "{% set n.s = n.s + n.s %}", ""),
            grown("{}", "{% set n.s = dict(n.s, **{n.s | length | string: i}) %}", ""),
            grown("[1]", "{% set n.s = [n.s, n.s] %}", "{{ n.s }}"),
            grown("[1]", "{% set n.s = [n.s, n.s] %}", "{{ n.s | tojson }}"),
            grown("[1]", "{% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}", "{{ n.s == n.t }}"),
            "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(40) %}{% set n.s = [n.s, n.s] %}{% set n.t = [n.t,"
                    + " n.t] %}{% endfor %}{{ n.s == n.t }}",
            "{% set n = namespace(s=[1]) %}{% for i in range(40) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
            "{% set n = namespace(s=[1]) %}{% for i in range(40) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s | pprint"
                    + " }}",
            "{% set n = namespace(s=(1,)) %}{% for i in range(40) %}{% set n.s = (n.s, n.s) %}{% endfor %}{{ {n.s: 1} }}",
            grown("7", "{% set n.i = n.i * n.i %}", ""),
            grown("7", "{% set n.i = n.i ** 3 %}", ""),
            // depth
            nested("{{ ", "", ""),
            "{{ " + nested("(", "1", ")") + " }}",
            "{{ " + nested("[", "", "]") + " }}",
            "{{ " + nested("{1:", "1", "}") + " }}",
            "{{ " + nested("-", "1", "") + " }}",
            "{{ " + nested("not ", "1", "") + " }}",
            "{{ " + nested("1 + ", "1", "") + " }}",
            "{{ " + nested("2 ** ", "1", "") + " }}",
            "{{ 'x'" + nested("|trim", "", "") + " }}",
            "{{ x" + nested("[0]", "", "") + " }}",
            "{{ x" + nested(".a", "", "") + " }}",
            "{{ x" + nested("()", "", "") + " }}",
            "{{ 1 " + nested("if 1 else 1 ", "", "") + " }}",
            "{{ 1 " + nested("and 1 ", "", "") + " }}",
            "{{ " + nested("1_", "1.5e5 b", "") + " }}",
            nested("{% if 1 %}", "", "{% endif %}"),
            nested("{% for x in y %}", "", "{% endfor %}"),
            nested("{% filter trim %}", "", "{% endfilter %}"),
            nested("{% macro m() %}", "", "{% endmacro %}"),
            "{% set " + nested("(", "a", ")") + " = 1 %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m() %}{{ m() ~ m() }}{% endmacro %}{{ m() }}",
            "{% macro m(n) %}{% if n %}{{ m(n - 1) ~ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
            "{% macro m() %}{{ " + "(".repeat(150) + "m()" + ")".repeat(150) + " }}{% endmacro %}{{ m() }}",
            "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
            "{% macro m() %}{{ caller() }}{% endmacro %}{% macro k() %}{% call m() %}{{ k() }}{% endcall %}{% endmacro"
                    + " %}{{ k() }}",
            "{% macro m() %}{% for x in [1] %}{% filter trim %}{% set y %}{{ m() }}{% endset %}{{ y }}{% endfilter %}{%"
                    + " endfor %}{% endmacro %}{{ m() }}",
            "{% macro m(x) %}{{ [1] | map('string') | list }}{{ m(x=m) }}{% endmacro %}{{ m(1) }}",
            "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
            "{% for x in [1] recursive %}{{ loop([1, 2]) }}{% endfor %}",
            grown("[1]", "{% set n.s = [n.s] %}", "{{ n.s }}"),
            grown("[1]", "{% set n.s = [n.s] %}", "{{ n.s | tojson }}"),
            grown("[1]", "{% set n.s = {'a': n.s} %}", "{{ n.s | tojson(indent=4) }}"),
            grown("[1]", "{% set n.s = [n.s] %}{% set n.t = [n.t] %}", "{{ n.s == n.t }}"),
            grown("[1]", "{% set n.s = [n.s] %}{% set n.t = [n.t] %}", "{{ n.s < n.t }}"),
            grown("(1,)", "{% set n.s = (n.s,) %}", "{{ {n.s: 1} }}"),
            grown("[1]", "{% set n.s = [n.s] %}", "{{ n.s | pprint }}"),
            grown("[1]", "{% set n.s = n.s | map('string') %}", "{{ n.s | list }}"),
            grown("[1]", "{% set n.s = n.s | select %}", "{{ n.s | list }}"),
            "{% set n = namespace() %}{% set n.self = n %}{{ n }}",
            "{% set n = namespace() %}{% set n.self = [n] %}{{ n }}{{ n.self | tojson }}",
            "{% set n = namespace() %}{% set n.l = {'n': n} %}{{ '%r' % n.l }}",
            // width and precision
            "{{ 'x' * 10 ** 9 }}",
            "{{ 10 ** 9 * 'x' }}",
            "{{ [0] * 2000000000 }}",
            "{{ (0,) * 99999999999999999999 }}",
            "{{ '%1000000000d' % 1 }}",
            "{{ '%-1000000000s|' % 1 }}",
            "{{ '%.1000000000f' % 1.5 }}",
            "{{ '%.1000000000d' % 1 }}",
            "{{ '%*d' % (1000000000, 1) }}",
            "{{ '%99999999999999999999d' % 1 }}",
            "{{ '{:>1000000000}'.format('x') }}",
            "{{ '{:1000000000d}'.format(1) }}",
            "{{ '{:.1000000000f}'.format(1.5) }}",
            "{{ '{:{w}}'.format(1, w=1000000000) }}",
            "{{ 'x'.center(1000000000) }}",
            "{{ 'x' | center(1000000000) }}",
            "{{ 'x'.ljust(1000000000) }}",
            "{{ 'x'.rjust(1000000000, 'é') }}",
            "{{ '7'.zfill(1000000000) }}",
            "{{ '\\t'.expandtabs(1000000000) }}",
            "{{ 'a\\nb' | indent(1000000000) }}",
            "{{ 'a\\nb' | indent('x' * 10000000) }}",
            "{{ ['a'] | batch(1000000000, 'x') | list }}",
            "{{ ['a'] | slice(1000000000, 'x') | list }}",
            "{{ [1] | tojson(indent=2000000000) }}",
            "{{ [[[[1]]]] | tojson(indent='x' * 10000000) }}",
            "{{ [1, 2] | tojson(separators=('x' * 10000000, 'y')) | length }}{{ 'x' * 10000000 }}",
            "{{ 1.5 | round(1000000000) }}",
            "{{ 7 | round(-1000000000) }}",
            "{{ 1.5 | round(1000000000, 'floor') }}",
            "{{ '%s' * 1000000 % (('x' * 100,) * 1000000) }}",
            // towers
            "{{ 9 ** (9 ** (9 ** 9)) }}",
            "{{ 2 ** (2 ** 40) }}",
            "{{ 2 ** 99999999999999999999 }}",
            "{{ 10.0 ** 400 }}",
            "{{ 3 ** 2000 ** 2 }}",
            "{{ ('9' * 1000000) | int }}",
            // long work on long text
            LONG + million("{{ a.replace('a', a) }}"),
            LONG + million("{{ a.split('a') | length }}"),
            LONG + million("{{ (a ~ 'b') in (a ~ a) }}"),
            LONG + million("{{ a.find('aaaaaaaaaaaaaaaaab') }}"),
            LONG + million("{{ a.count('a') }}"),
            LONG + "{% set d = 'a' * 500000 ~ 'b' %}" + million("{{ a.count(d) }}"),
            LONG + million("{{ b.strip() }}{{ b | length }}{{ b[999999] }}"),
            LONG + million("{{ b.split() | length }}"),
            LONG + million("{{ a.strip('bcdefghijklmnopqrstuvwxyza') }}"),
            LONG + million("{{ c | striptags }}"),
            LONG + million("{{ c | escape }}"),
            LONG + million("{{ c | urlencode }}"),
            LONG + million("{{ c | urlize }}"),
            LONG + million("{{ (c ~ '>') | striptags }}"),
            LONG + million("{{ a | wordwrap(3) }}"),
            LONG + million("{{ a | wordcount }}"),
            LONG + million("{{ a.isalnum() }}{{ a.isalpha() }}{{ a.islower() }}{{ a.istitle() }}{{ a.isprintable() }}"),
            LONG + million("{{ a is lower }}{{ a is upper }}{{ a.isidentifier() }}{{ b.isspace() }}"),
            LONG + million("{{ a.casefold() | length }}{{ a.capitalize() | length }}"),
            LONG + million("{{ (a | replace('aa', 'a ')) | wordwrap(100000) | length }}"),
            LONG + million("{{ ('a ' * 3000000).split() | length }}"),
            LONG + million("{{ ('a ' * 250000).split() | length }}"),
            LONG + million("{{ ('a ' * 250000).rsplit() | length }}"),
            LONG + million("{{ ('\u0001' * 300000) | tojson | length }}"),
            LONG + million("{{ '\u0001' * 20000000 | tojson | length }}"),
            LONG + million("{% set x = ('\u0001' * 100000, 1) | string %}"),
            LONG + million("{% set x = '\u0001' * 100000 %}{{ '%r' % x }}"),
            LONG + million("{% set x = ('\u0001' * 100000).encode() %}{{ x }}"),
            LONG + million("{{ a.removeprefix('a') | length }}{{ a.removesuffix('a') | length }}"),
            LONG + million("{% set x = l | map(attribute=a) | length %}"),
            LONG + million("{{ [messages] | map(attribute=('a.' * 400000)) | list }}"),
            LONG + million("{{ [1, 2] | sort(attribute=('a,' * 400000)) }}"),
            LONG + "{% set d = {}.fromkeys(l) %}" + million("{{ d | xmlattr }}"),
            LONG + "{% macro m() %}{{ kwargs | length }}{% endmacro %}{% set d = {}.fromkeys(l | map('string')) %}"
                    + million("{{ m(**d) }}"),
            LONG + "{% set t = (0,) * 90000 %}{% set d = {t: 1} %}" + million("{{ d[t] }}{{ t in d }}"),
            LONG + "{% set k = a ~ 'b' %}{% set d = {k: 1} %}" + million("{{ d[a ~ 'b'] }}"),
            LONG + million("{% set x = messages[0][a] %}"),
            LONG + million("{% set x = 12345678901234567890 / 7 %}"),
            LONG + million("{% set x = 9007199254740995 / 7 %}"),
            LONG + million("{% set x = 3 ** 2000 %}"),
            LONG + million("{% set x = 3 ** 2000 * 3 ** 500 %}"),
            LONG + million("{% set x = 1.5 < 3 ** 2000 %}{% set y = 5e-324 < 7 %}"),
            LONG + million("{{ strftime_now('%c' * 1000) | length }}"),
            LONG + million("{{ l | map('string') | join('<') | escape | length }}"),
            LONG + million("{{ (b ~ a) | indent(3, true, true) | length }}"),
            LONG + million("{{ a | title }}{{ a.title() }}{{ a.swapcase() }}"),
            LONG + million("{{ a | truncate(999990) }}"),
            LONG + million("{{ a | int }}{{ a | float }}"),
            LONG + million("{{ a == 'a' * 1000000 }}"),
            LONG + million("{{ a < a ~ 'b' }}"),
            LONG + million("{{ a[::-1] }}"),
            LONG + million("{{ a | list | length }}"),
            LONG + million("{{ a | reverse }}"),
            LONG + million("{{ l | unique | list | length }}"),
            LONG + million("{{ l | sort(reverse=true) | length }}"),
            LONG + million("{{ l | groupby(0) }}"),
            LONG + million("{{ l | map('string') | unique | list | length }}"),
            LONG + million("{{ (l | map('float') | unique | list) | length }}"),
            LONG + million("{{ 89999.0 in l }}"),
            LONG + million("{{ l.index(89999) }}{{ l.count(1) }}"),
            LONG + million("{{ l == l + [] }}"),
            LONG + million("{{ l[1:] | length }}"),
            LONG + million("{{ l | min }}{{ l | max }}{{ l | sum }}"),
            LONG + "{% set d = dict(l | map('batch', 1) | list) %}",
            "{% set d = dict.fromkeys(range(60000)) %}" + million("{{ d[0.5] }}{{ 70000.5 in d }}"),
            million("{{ 1.7976931348623157e+308 }}"),
            million("{{ '%.300f' % 1e-300 }}"),
            million("{{ strftime_now('%c' * 1000) }}"),
            million("{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' * 1000 }}"),
            // the host
            "{{ ''.__class__.__mro__ }}",
            "{{ ''['__class__']['__mro__'] }}",
            "{{ ('' | attr('__class__')).x }}",
            "{{ messages.__class__.forName('java.lang.Runtime') }}",
            "{{ messages.getClass().forName('java.lang.Runtime') }}",
            "{{ messages[0].getClass() }}",
            "{{ '{0.__class__.__init__}'.format(messages) }}",
            "{{ '{0[__class__].x}'.format(messages) }}",
            "{{ '{m.getClass.x}'.format(m=messages) }}",
            "{{ '{0.__class__.x}'.format_map({'0': 1}) }}",
            "{{ ([''] | map(attribute='__class__') | first).x }}",
            "{{ ([''] | map('attr', '__class__') | first).x }}",
            "{{ raise_exception.__globals__.x }}",
            "{{ namespace(__class__=1) }}",
            "{% set n = namespace() %}{% set n.__class__ = 1 %}",
            "{{ namespace.__init__.__globals__ }}",
            "{{ (namespace | attr('__init__')).x }}",
            "{{ cycler.__init__.__globals__.os }}",
            "{{ self._TemplateReference__context }}{{ self.__class__.x }}",
            "{{ messages.append(1) }}",
            "{{ messages[0].update({'a': 1}) }}",
            "{{ messages[0] | attr('clear') | string }}{{ (messages[0] | attr('clear'))() }}",
            "{{ lipsum.__globals__['os'] }}");

    /** Renders all templates, and prints a line for each unexpected result. */
    static final class InItsOwnProcess {
        public static void main(String[] arguments) throws InterruptedException {
            for (int i = 0; i < HOSTILE.size(); i++) {
                int index = i;
                Thread thread = new Thread(null, () -> render(index), "hostile", STACK);
                thread.start();
                thread.join();
            }
            System.out.println("done");
        }

        private static void render(int index) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            String end;
            try {
                end = "renders "
                        + Template.compile(HOSTILE.get(index)).render(CHAT, NOW).length() + " characters";
            } catch (TemplateException e) {
                end = "";
            } catch (Throwable e) { // mainly an OutOfMemoryError or a StackOverflowError
                end = e.getClass().getSimpleName();
            }
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            if (!end.isEmpty() || nanos > MAX_NANOS) {
                System.out.println(index + ": " + end + " after " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms: "
                        + HOSTILE.get(index)
                                .substring(0, Math.min(200, HOSTILE.get(index).length())));
            }
        }
    }

    @Test
    void templatesThatWantTooMuchEndWithinASecondAnd64Megabytes() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InItsOwnProcess.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> wrong = new ArrayList<>();
        String last = "";
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
                if (!line.equals("done")) {
                    wrong.add(line);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(last).isEqualTo("done");
        assertThat(process.waitFor()).isZero();
    }
}
