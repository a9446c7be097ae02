package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void namesAndOptionsMayComeInAnyOrder() {
        CommandLine line = parse("--flag", "one", "--value", "7", "two");

        assertThat(line.names()).containsExactly("one", "two");
        assertThat(line.has("--flag")).isTrue();
        assertThat(line.count("--value", 3)).isEqualTo(7);
        assertThat(parse("one").count("--value", 3)).isEqualTo(3);
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> parse("--flg")).hasMessage("unknown option --flg");
        assertThatThrownBy(() -> parse("one", "--value")).hasMessage("--value needs a value");
        for (String wrong : new String[] {"0", "-1", "1.5", "x", "99999999999"}) {
            assertThatThrownBy(() -> parse("--value", wrong).count("--value", 3))
                    .hasMessage("--value must be a whole number from 1 up, not " + wrong);
        }
    }

    @Test
    void variablesOfTheChatTemplateAreAJsonObject() {
        assertThat(parse(CommandLine.KWARGS, "{\"b\": false, \"a\": [1, null]}").chatTemplateKwargs())
                .containsEntry("b", false)
                .containsKey("a");
        assertThat(parse().chatTemplateKwargs()).isEmpty();
        for (String wrong : new String[] {"[1]", "enable_thinking=false", ""}) {
            assertThatThrownBy(() -> parse(CommandLine.KWARGS, wrong).chatTemplateKwargs())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be a JSON object");
        }
    }

    private static CommandLine parse(String... args) {
        return CommandLine.parse(args, Set.of("--value", CommandLine.KWARGS), Set.of("--flag"));
    }
}
