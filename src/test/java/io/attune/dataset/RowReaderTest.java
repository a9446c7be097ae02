package io.attune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.json.HeapShare;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowReaderTest {

    private static final String GOOD =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}";

    @Test
    void chatRowsKeepWhatTheySay() throws IOException {
        List<Row> rows = rows("""
            {"messages": [{"role": "developer", "content": "Be brief."}, \
            {"role": "user", "content": [{"type": "text", "text": "Hi, "}, {"type": "text", "text": "you \\u00e9"}], \
            "name": "Ann"}, \
            {"role": "assistant", "content": null, "tool_calls": \
            [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\\"x\\": 1}"}}]}, \
            {"role": "tool", "content": "20", "tool_call_id": "c1"}, \
            {"role": "assistant", "content": "Warm.", "weight": 0}], \
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"n": 1, "m": 1.0}}}], \
            "parallel_tool_calls": false}
            """);
        Row.Chat row = (Row.Chat) rows.get(0);
        assertThat(row.messages())
                .extracting(Message::role)
                .containsExactly("developer", "user", "assistant", "tool", "assistant");
        assertThat(row.messages().get(1).content()).isEqualTo("Hi, \nyou é");
        assertThat(row.messages().get(1).name()).isEqualTo("Ann");
        assertThat(row.messages().get(2).content()).isEmpty();
        assertThat(row.messages().get(2).isTrainedOn()).isTrue();
        assertThat(row.messages().get(3).toolCallId()).isEqualTo("c1");
        assertThat(row.messages().get(4).isTrainedOn()).isFalse();
        assertThat(row.tools())
                .isEqualTo(List.of(Map.of(
                        "type",
                        "function",
                        "function",
                        Map.of("name", "f", "parameters", Map.of("n", BigInteger.ONE, "m", 1.0)))));
    }

    @Test
    void aFileThatIsWrongAllOverIsNotReadToItsEnd() throws IOException {
        for (String line : List.of("x\n", "{}\n", "[1]\n", "{\"messages\": [1, 2]}\n")) {
            InputStream in =
                    new ByteArrayInputStream((GOOD + "\n" + line.repeat(200_000)).getBytes(StandardCharsets.UTF_8));

            DatasetCheck check = RowReader.check(in);

            assertThat(in.available()).as(line).isGreaterThan(100_000 * line.length());
            assertThat(check.findings()).hasSize(RowReader.MAX_FINDINGS);
            assertThat(check.findings().get(RowReader.MAX_FINDINGS - 1).problem())
                    .isEqualTo("The file has more than 10000 faults, and is not read on from here. Correct those that"
                            + " are told, and try again.");
            assertThat(check.moreFindings()).isBetween(RowReader.MAX_COUNTED, RowReader.MAX_COUNTED + 10);
        }
    }

    @Test
    void aKeyOfARowIsToldWithoutItsControlCharacters() throws IOException {
        DatasetCheck check = RowReader.check(new ByteArrayInputStream(
                ("{\"messages\": [], \"\\u001b[2J\\n\": 1}").getBytes(StandardCharsets.UTF_8)));

        assertThat(check.findings()).extracting(Finding::field).contains("\\u001b[2J\\u000a");
    }

    @Test
    void completionRowsKeepTheirTextAsItStands() throws IOException {
        assertThat(rows("{\"prompt\": \"\", \"completion\": \" x\\n\"}\n{\"completion\":\"b\",\"prompt\":\"a\"}"))
                .containsExactly(new Row.Completion(1, "", " x\n"), new Row.Completion(2, "a", "b"));
    }

    @Test
    void linesAreCountedFromOneWhateverTheirEndsAndBlanks() throws IOException {
        List<Row> rows = rows("\uFEFF" + GOOD + "\r\n\r\n  \n" + GOOD + "\n\n\n");
        assertThat(rows).extracting(Row::line).containsExactly(1, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense | `` | not JSON (column 1): a value is expected, but nonsense stands there",
                "{\"messages\": | `` | not JSON (column 13): a value is expected, but nothing follows",
                "[1] | `` | not a JSON object",
                "\"text\" | `` | not a JSON object",
                "{} {} | `` | every object stands on a line of its own",
                "{} | messages | no messages",
                "{\"messages\": 3} | messages | not an array",
                "{\"messages\": []} | messages | empty",
                "{\"messages\": [3]} | messages[0] | not an object",
                "{\"messages\": [{\"role\":\"robot\",\"content\":\"a\"}]} | messages[0].role | 'robot' is unknown",
                "{\"messages\": [{\"content\":\"a\"}]} | messages[0].role | missing",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\"}]} | messages | No message is of role assistant",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"a\",\"weight\":0}]} | messages | weight 0",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"a\",\"weight\":2}]} | messages[0].weight |"
                        + " neither 0 nor 1",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"a\",\"weight\":true}]} | messages[0].weight |"
                        + " neither 0 nor 1",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\",\"weight\":1}]} | messages[0].weight | Only"
                        + " messages of role assistant",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"a\",\"weight\":0.5}]} | messages[0].weight |"
                        + " neither 0 nor 1",
                "{\"messages\": [{\"role\":\"user\",\"content\":null}]} | messages[0].content | missing",
                "{\"messages\": [{\"role\":\"user\",\"content\":[]}]} | messages[0].content | missing",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":7}]} | messages[0].content | neither a string",
                "{\"messages\": [{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]} |"
                        + " messages[0].content[0].type | 'image_url' are not supported",
                "{\"messages\": [{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]} | messages[0].content[0].text"
                        + " | missing",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\",\"contnet\":1}]} | messages[0].contnet | unknown",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\","
                        + "\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}]} | messages[0].tool_calls |"
                        + " Only messages of role assistant",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"\",\"function_call\":{\"name\":\"f\"}}]} |"
                        + " messages[0].function_call | tool_calls",
                "{\"messages\": [], \"mesages\": 1} | mesages | del(.mesages)",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\",\"id\":1}]} | messages[0].id |"
                        + " del(.messages[].id)",
                "{\"a\": 1, \"b\": 2} | messages | its fields are a, b",
                "\"{\\\"messages\\\": []}\" | `` | jq -c fromjson",
                "{\"prompt\": \"a\"} | completion | missing",
                "{\"prompt\": 1, \"completion\": \"a\"} | prompt | not a string",
                "{\"completion\": \"a\"} | prompt | missing",
                "{\"prompt\": \"a\", \"completion\": \"\"} | completion | empty",
                "{\"prompt\": \"a\", \"completion\": \" \\n\"} | completion | empty",
                "{\"text\": \"\"} | text | empty",
                "{\"text\": \" \\t\"} | text | empty",
                "{\"text\": null} | text | missing",
                "{\"text\": [1]} | text | not a string",
                "{\"text\": \"a\", \"meta\": {\"b\": 1}} | meta | del(.meta)",
                "{\"prompt\": \"a\", \"completion\": \"b\", \"x\": 1} | x | unknown",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\"}], \"prompt\": \"a\"} | prompt | either messages",
                "{\"input\": {\"messages\": []}, \"preferred_output\": []} | input | preference",
                "{\"prompt\": \"a\", \"prompt\": \"b\", \"completion\": \"c\"} | prompt | twice",
                "{\"prompt\": \"a\", \"completion\": \"\\ud83d\"} | completion | half a surrogate pair",
                "{\"prompt\": \"a\", \"completion\": 1e999} | completion | too large",
            })
    void whatIsWrongIsNamedByLineAndField(String line, String field, String problem) throws IOException {
        DatasetCheck check = check("\n" + line + "\n");
        assertThat(check.isValid()).isFalse();
        assertThat(check.rows()).isZero();
        assertThat(check.findings()).allMatch(f -> f.line() == 2);
        assertThat(check.findings()).anySatisfy(f -> {
            assertThat(f.field()).isIn(field, field.equals("input") ? "preferred_output" : field);
            assertThat(f.problem()).contains(problem);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\": [{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]} |"
                        + " vision",
                "{\"messages\": [{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]} | audio",
                "{\"messages\": [{\"role\":\"assistant\",\"content\":\"a\",\"audio\":{\"id\":\"x\"}}]} | audio",
                "{\"messages\": [{\"role\":\"user\",\"content\":[{\"type\":\"file\"}]}]} | files",
                "{\"input\": {\"messages\": []}, \"preferred_output\": [], \"non_preferred_output\": []} | dpo",
                "{\"input\": {}, \"preferred_completion\": [], \"non_preferred_completion\": []} | dpo",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\"}], \"reference_answer\": \"b\"} | reinforcement",
            })
    void whatOpenAiHasAndAttuneHasNotIsNamed(String line, String what) throws IOException {
        assertThat(check(line).findings().get(0).unsupported()).isEqualTo(what);
    }

    @Test
    void anArrayOrAnObjectOverSeveralLinesIsToldOnceWithTheWayOut() throws IOException {
        assertThat(check("[\n" + "  {},\n".repeat(100) + "]").findings())
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("array").contains("jq -c '.[]'"));
        assertThat(check("[" + GOOD + "," + " ".repeat(RowReader.MAX_LINE_BYTES) + "]")
                        .findings())
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("array"));
        assertThat(check("{\n  \"messages\": []\n}\n{\n}\n").findings())
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("one line").contains("jq -c ."));
    }

    @Test
    void everyProblemOfARowIsTold() throws IOException {
        assertThat(check("{\"messages\":[{\"role\":\"user\"},{\"role\":\"x\"}],\"y\":1}")
                        .findings())
                .extracting(Finding::field)
                .containsExactly("y", "messages[0].content", "messages[1].role");
    }

    @Test
    void anEmptyFileIsAnErrorOfItsOwn() throws IOException {
        for (String empty : List.of("", "\n\n", "\uFEFF", "  \r\n")) {
            DatasetCheck check = check(empty);
            assertThat(check.findings())
                    .singleElement()
                    .satisfies(f -> assertThat(f.problem()).contains("empty"));
            assertThat(check.kind()).isNull();
        }
    }

    @Test
    void aFileHoldsRowsOfOneKind() throws IOException {
        DatasetCheck check = check(GOOD + "\n{\"prompt\":\"a\",\"completion\":\"b\"}\n");
        assertThat(check.kind()).isEqualTo(RowKind.CHAT);
        assertThat(check.rows()).isEqualTo(1);
        assertThat(check.findings()).singleElement().satisfies(f -> {
            assertThat(f.line()).isEqualTo(2);
            assertThat(f.problem()).contains("another kind than line 1");
        });
    }

    @Test
    void findingsBeyondFiftyAreCounted() throws IOException {
        DatasetCheck check = check("x\n".repeat(60) + GOOD);
        assertThat(check.findings()).hasSize(50);
        assertThat(check.moreFindings()).isEqualTo(10);
        assertThat(check.rows()).isEqualTo(1);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAndTheNextLineIsRead() throws IOException {
        byte[] latin1 = "{\"prompt\":\"é\",\"completion\":\"b\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] good = "{\"prompt\":\"é\",\"completion\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
        byte[] both = new byte[latin1.length + good.length];
        System.arraycopy(latin1, 0, both, 0, latin1.length);
        System.arraycopy(good, 0, both, latin1.length, good.length);
        DatasetCheck check = RowReader.check(new ByteArrayInputStream(both));
        assertThat(check.rows()).isEqualTo(1);
        assertThat(check.findings())
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("not UTF-8"));
    }

    @Test
    void anEndlessLineIsRefusedWithoutBeingHeld() throws IOException {
        long length = 300L << 20;
        DatasetCheck check = RowReader.check(new Letters(length, "\n" + GOOD));
        assertThat(check.rows()).isEqualTo(1);
        assertThat(check.findings()).singleElement().satisfies(f -> {
            assertThat(f.line()).isEqualTo(1);
            assertThat(f.problem()).contains("longer than");
        });
    }

    @Test
    void aRowOfFarMoreValuesThanRowsHaveIsRefusedByItsLineAndTheRestIsRead() throws IOException {
        String parameters = "[" + "{\"\":17},".repeat(300_000) + "0]";
        String tools = "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + parameters + "}}]";
        String inText = "\"" + tools.replace("\"", "\\\"") + "\"";
        for (String written : List.of(tools, inText)) {
            DatasetCheck check =
                    check(GOOD + "\n" + GOOD.replace("]}", "],\"tools\":" + written + "}") + "\n" + GOOD + "\n");
            assertThat(check.rows()).isEqualTo(2);
            assertThat(check.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.line()).isEqualTo(2);
                assertThat(finding.field()).startsWith("tools[0].function.parameters[");
                assertThat(finding.problem())
                        .contains("more than 200000 values")
                        .contains("Write fewer");
            });
        }
    }

    @Test
    void valuesInAllTheStringsOfARowAreCountedTogether() throws IOException {
        String arguments = "{\\\"a\\\":[" + "17,".repeat(90_000) + "0]}";
        String call = "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"" + arguments + "\"}}";
        String two = GOOD.replace("\"b\"", "\"b\",\"tool_calls\":[" + call + "," + call + "]");
        String three = GOOD.replace("\"b\"", "\"b\",\"tool_calls\":[" + call + "," + call + "," + call + "]");
        assertThat(check(two).findings()).isEmpty();
        assertThat(check(three).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("more than 200000 values"));
    }

    @Test
    void readersBesideEachOtherTakeTheirTurnsAndGiveBackWhatTheyTook() throws Exception {
        HeapShare heap = new HeapShare(1 << 20, Duration.ofMinutes(1));
        String file = (GOOD + "\n").repeat(50) + GOOD.replace("\"a\"", "\"" + "a".repeat(200_000) + "\"") + "\n";
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<DatasetCheck>> checks = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                checks.add(threads.submit(
                        () -> RowReader.check(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), heap)));
            }
            for (Future<DatasetCheck> check : checks) {
                assertThat(check.get(1, TimeUnit.MINUTES).rows()).isEqualTo(51);
            }
        } finally {
            threads.shutdownNow();
        }
        heap.take(1 << 20).close(); // the whole share is free, or this would wait
    }

    @Test
    void aReaderThatFailsGivesBackWhatItTook() {
        HeapShare heap = new HeapShare(1 << 20, Duration.ZERO);
        InputStream broken = new SequenceInputStream(
                new ByteArrayInputStream((GOOD + "\n" + "x".repeat(100_000)).getBytes(StandardCharsets.UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the disk is broken");
                    }
                });
        assertThatThrownBy(() -> RowReader.check(broken, heap)).hasMessage("the disk is broken");
        heap.take(1 << 20).close(); // the whole share is free, or this would fail
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        assertThat(check("{\"messages\":" + "[".repeat(100_000)).findings()).hasSize(1);
    }

    @Test
    void anyDamageEndsInFindingsNeverInAnException() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = (GOOD + "\n" + GOOD).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            DatasetCheck check = RowReader.check(new ByteArrayInputStream(bytes));
            assertThat(check.rows() + check.findings().size()).isPositive();
        }
    }

    private static DatasetCheck check(String file) throws IOException {
        return RowReader.check(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Row> rows(String file) throws IOException {
        List<Row> rows = new ArrayList<>();
        DatasetCheck check = RowReader.read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), rows::add);
        assertThat(check.findings()).isEmpty();
        assertThat(check.rows()).isEqualTo(rows.size());
        return rows;
    }

    /** A stream of {@code length} letters a, and then {@code end}. */
    private static final class Letters extends InputStream {
        private final InputStream end;
        private long left;

        Letters(long length, String end) {
            this.left = length;
            this.end = new ByteArrayInputStream(end.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() throws IOException {
            return left-- > 0 ? 'a' : end.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                return end.read(bytes, offset, length);
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(bytes, offset, offset + count, (byte) 'a');
            left -= count;
            return count;
        }
    }
}
