package io.attune.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class StrictJsonTest {

    @Test
    void valuesAreThoseOfTheText() throws JsonFault {
        assertThat(StrictJson.read(
                        " {\"a\": [1, -0, 1.0, 2E-2, 123456789012345678901, true, false, null, {}, []],"
                                + "\t\"\\u00e9\\n\\ud83d\\ude00\\/\": \"日本 é\"}\r\n",
                        64))
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(
                                BigInteger.ONE,
                                BigInteger.ZERO,
                                1.0,
                                0.02,
                                new BigInteger("123456789012345678901"),
                                true,
                                false,
                                null,
                                Map.of(),
                                List.of()),
                        "é\n😀/",
                        "日本 é"));
        assertThat(((Map<?, ?>) StrictJson.read("{\"b\":1,\"a\":2,\"c\":3}", 1))
                        .keySet()
                        .toString())
                .isEqualTo("[b, a, c]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": NaN} | 7 | a value is expected, but NaN stands there | write null",
                "{\"a\": -Infinity} | 8 | a digit is expected, but Infinity stands there | write null",
                "[inf] | 2 | but inf stands there | write null",
                "{\"a\": None} | 7 | but None stands there | Write null, as Python's json.dumps",
                "{\"a\": True} | 7 | but True stands there | Write true in small letters",
                "{\"a\": undefined} | 7 | but undefined stands there | Write null",
                "{'a': 1} | 2 | a key in double quotes or } is expected, but ' stands there | json.dumps",
                "{\"a\": 'b'} | 7 | a value is expected, but ' stands there | double quotes",
                "{“a”: 1} | 2 | U+201C (left double quotation mark) stands there | double quotes",
                "{a: 1} | 2 | but a stands there | keys in double quotes",
                "{\"a\": b} | 7 | but b stands there | strings and keys in double quotes",
                "{\"a\": 1,} | 9 | a key in double quotes is expected, but } stands there | Remove the comma before it",
                "[1,] | 4 | a value is expected, but ] stands there | Remove the comma before it",
                "[1,,2] | 4 | a value is expected, but , stands there | Remove the comma before it",
                "{,} | 2 | but , stands there | Remove one comma",
                "{\"a\": } | 7 | a value is expected, but } stands there | Write the value",
                "{\"a\" 1} | 6 | a colon is expected, but 1 stands there | colon",
                "{\"a\"=1} | 5 | a colon is expected, but = stands there | colon",
                "{\"a\": 1 \"b\": 2} | 9 | a comma or } is expected | comma between",
                "{\"a\": \"say \"hi\" now\"} | 13 | a comma or } is expected, but hi stands there | inside of a"
                        + " string as \\\"",
                "[1, 2} | 6 | a comma or ] is expected, but } stands there | Write ] before it",
                "[\"a\": 1] | 5 | a comma or ] is expected, but : stands there | {\"key\": value}",
                "{\"a\": 1 // one | 9 | but / stands there | no comments",
                "# rows | 1 | but # stands there | no comments",
                "{\"a\": 1 | 8 | a comma or } is expected, but nothing follows | cut off",
                "{\"a\": | 6 | a value is expected, but nothing follows | cut off",
                "{\"a | 4 | ends the string of column 2 is expected, but nothing follows | line break inside of a"
                        + " string as \\n",
                "{\"a\": \"b\\ | 10 | behind the backslash is expected, but nothing follows | cut off",
                "{\"a\": \"C:\\x\"} | 11 | behind the backslash is expected, but x stands there | backslash itself"
                        + " as \\\\",
                "{\"a\": \"\\u12G4\"} | 12 | a hexadecimal digit is expected, but G4 stands there | four of them",
                "{} {} | 4 | nothing more is expected, but { stands there | on a line of its own",
                "{}, | 3 | nothing more is expected, but , stands there | Remove the comma",
                "{}} | 3 | nothing more is expected, but } stands there | closed already",
                "{\"a\": 01} | 7 | without a zero in front | Remove the zero",
                "{\"a\": +1} | 7 | but + stands there | without a plus",
                "{\"a\": .5} | 7 | but . stands there | digit before the point",
                "{\"a\": 1.} | 9 | a digit is expected, but } stands there | 0.5",
                "{\"a\": 1e} | 9 | a digit is expected | 1e-5",
                "{\"a\": 0x1F} | 8 | a comma or } is expected, but x1F stands there | Write",
                "{\"日本\": é} | 8 | U+00E9 (latin small letter e with acute) stands there | Remove it",
                "{\"😀\": ! | 7 | but ! stands there | Remove it",
            })
    void aFaultSaysWhatIsExpectedAndFoundAndTheWayOut(String text, int column, String problem, String wayOut) {
        JsonFault fault = fault(text);
        assertThat(fault.getMessage()).contains(problem).contains(wayOut);
        assertThat(fault.column()).isEqualTo(column);
        assertThat(fault.line()).isEqualTo(1);
        assertThat(fault.field()).isEmpty();
    }

    @Test
    void controlCharactersInAStringAreNamedWithTheirEscape() {
        Map.of("a\tb", "\\t", "a\nb", "\\n", "a\rb", "\\r", "a\u0001b", "\\u0001", "a\u0000b", "\\u0000")
                .forEach((string, escape) -> {
                    JsonFault fault = fault("{\"k\": \"" + string + "\"}");
                    assertThat(fault.column()).isEqualTo(9);
                    assertThat(fault.getMessage())
                            .contains("but the character U+00")
                            .endsWith("Write it as " + escape + ".")
                            .doesNotContainPattern("\\p{Cntrl}");
                });
    }

    @Test
    void anInvisibleCharacterIsNamed() {
        assertThat(fault("{\"a\":\u00A01}").getMessage()).contains("U+00A0 (no-break space)");
        assertThat(fault("{\"a\":\uFEFF1}").getMessage()).contains("U+FEFF (zero width no-break space)");
        assertThat(fault("{\"a\":\u00001}").getMessage()).contains("U+0000");
    }

    @Test
    void thePlaceInATextOfSeveralLinesIsItsLineAndColumn() {
        assertThat(StrictJson.problem("{\n  \"a\": 1,\n  \"b\": nope\n}".getBytes(StandardCharsets.UTF_8)))
                .startsWith("line 3, column 8: a value is expected, but nope stands there");
        assertThat(StrictJson.problem("{\n  \"a\": [{\"b\": 1, \"b\": 1}]\n}".getBytes(StandardCharsets.UTF_8)))
                .startsWith("line 2, column 18, a[0].b: The key stands twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": {\"b\": 1, \"c\": 2, \"b\": null}} | a.b | twice",
                "{\"a\": null, \"a\": null} | a | twice",
                "{\"a\": [0, {\"b\": \"\\ude00\\ud83d\"}]} | a[1].b | half a surrogate pair (\\ude00)",
                "[[], [{\"\\ud83d\": 1}]] | [1][0] | half a surrogate pair",
                "{\"a\": [1, 1e400]} | a[1] | too large",
            })
    void aValueThatCannotBeIsNamedByItsField(String text, String field, String problem) {
        JsonFault fault = fault(text);
        assertThat(fault.field()).isEqualTo(field);
        assertThat(fault.getMessage()).contains(problem);
    }

    @Test
    void depthAndDigitsHaveABound() throws JsonFault {
        StrictJson.read("[".repeat(64) + "]".repeat(64), 64);
        assertThat(fault("[".repeat(65) + "]".repeat(65)).getMessage()).contains("deeper than 64 levels");
        assertThat(fault("[" + "9".repeat(301) + "]").field()).isEqualTo("[0]");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedWithTheirPlace() {
        byte[] latin1 = "{\"a\": \"日本\"}\n".getBytes(StandardCharsets.UTF_8);
        latin1[10] = (byte) 0xE9;
        latin1[11] = 'x';
        assertThatThrownBy(() -> StrictJson.read(latin1, 64))
                .isInstanceOf(JsonFault.class)
                .hasMessageContaining("the byte 0xE9 is not UTF-8");
        assertThat(StrictJson.fault(latin1))
                .hasValueSatisfying(fault -> assertThat(fault.column()).isEqualTo(9));
        assertThat(StrictJson.fault("{\"a\": \"\uFFFD\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    /** Compares the reader with another parser in its strictest settings. */
    @Test
    void damagedTextsAreJsonExactlyWhenAnotherParserSaysSo() {
        JsonMapper other = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        String whole = "{\"a\":[1,-2.5e3,0,true,null,{\"b\":\"x\\n\\u00e9\"}], \"c\" : \"\", \"d\":{}}";
        String alphabet = "{}[]\",:\\ 0123456789.-+eEtruefalsn\u00e9'\n";
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(whole);
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            boolean accepted = accepts(other, text.toString());
            Optional<JsonFault> fault = StrictJson.fault(text.toString().getBytes(StandardCharsets.UTF_8));
            if (fault.isPresent() && fault.get().getMessage().contains("too large")) {
                continue; // the other parser accepts infinite numbers
            }
            assertThat(fault.isEmpty()).as(text.toString()).isEqualTo(accepted);
            refused += accepted ? 0 : 1;
        }
        assertThat(refused).isBetween(5_000, 19_900);
    }

    private static boolean accepts(JsonMapper mapper, String text) {
        try {
            mapper.readTree(text);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static JsonFault fault(String text) {
        return catchThrowableOfType(JsonFault.class, () -> StrictJson.read(text, 64));
    }
}
