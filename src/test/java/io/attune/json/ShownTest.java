package io.attune.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShownTest {

    @Test
    void textStandsAsItIs() {
        assertThat(Shown.name("Größe \"a\\b\" 😀")).isEqualTo("Größe \"a\\b\" 😀");
    }

    @Test
    void whatSteersATerminalOrBreaksALineIsEscaped() {
        assertThat(Shown.name("a\u001b[2J\r\n\u0085\u2028\u202eb\u0000"))
                .isEqualTo("a\\u001b[2J\\u000d\\u000a\\u0085\\u2028\\u202eb\\u0000");
        assertThat(Shown.name("\ud800x")).isEqualTo("\\ud800x");
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(Shown.of("ab😀", 3)).isEqualTo("ab...");
        assertThat(Shown.of("ab😀", 4)).isEqualTo("ab😀");
        assertThat(Shown.name("k".repeat(1_000_000))).hasSize(Shown.NAME + 3);
    }

    @Test
    void aFaultNamesAKeyOfAnotherWithoutItsControlCharacters() {
        assertThatThrownBy(() -> StrictJson.read("{\"\\u001b[31m\\n" + "k".repeat(999) + "\": 1e999}", 8))
                .isInstanceOfSatisfying(
                        JsonFault.class,
                        fault -> assertThat(fault.field())
                                .startsWith("\\u001b[31m\\u000ak")
                                .matches("\\P{Cntrl}{1,200}\\.\\.\\."));
    }
}
