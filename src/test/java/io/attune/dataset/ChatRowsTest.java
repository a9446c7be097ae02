package io.attune.dataset;

import static io.attune.dataset.Reading.check;
import static io.attune.dataset.Reading.finding;
import static io.attune.dataset.Reading.json;
import static io.attune.dataset.Reading.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRowsTest {

    private static final String QUESTION = "{'role':'user','content':'Weather in Oslo?'}";
    private static final String ANSWER = "{'role':'assistant','content':'Cold.'}";

    @ParameterizedTest
    @ValueSource(
            strings = {"", "'content':null,", "'content':'',", "'content':[],", "'content':[{'type':'text','text':''}],"
            })
    void aTurnThatCallsToolsNeedsNoContent(String content) throws IOException {
        Message turn = chat("{'messages':[" + QUESTION + ",{'role':'assistant'," + content
                        + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'get_weather',"
                        + "'arguments':'{}'}}]}]}")
                .messages()
                .get(1);

        assertThat(turn.content()).isEmpty();
        assertThat(turn.isTrainedOn()).isTrue();
        assertThat(turn.toolCalls())
                .containsExactly(Map.of(
                        "id",
                        "c1",
                        "type",
                        "function",
                        "function",
                        Map.of("name", "get_weather", "arguments", Map.of())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"city\": \"Oslo\", \"days\": 1, \"limit\": 1.0, \"id\": 12345678901234567890123}",
                "\"{\\\"city\\\": \\\"Oslo\\\", \\\"days\\\": 1, \\\"limit\\\": 1.0, \\\"id\\\":"
                        + " 12345678901234567890123}\"",
            })
    void argumentsAreAnObjectWhetherTheFileHasOneOrOpenAisString(String arguments) throws IOException {
        assertThat(arguments(arguments))
                .isEqualTo(Map.of(
                        "city",
                        "Oslo",
                        "days",
                        BigInteger.ONE,
                        "limit",
                        1.0,
                        "id",
                        new BigInteger("12345678901234567890123")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \"", "null", "{}", "\"{}\"", "[]"})
    void noArgumentsAreTheEmptyObject(String arguments) throws IOException {
        assertThat(arguments(arguments)).isEqualTo(Map.of());
    }

    @Test
    void aCallWithoutArgumentsHasTheEmptyObject() throws IOException {
        assertThat(chat("{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f'}}]}]}")
                        .messages()
                        .get(0)
                        .toolCalls())
                .containsExactly(Map.of("function", Map.of("name", "f", "arguments", Map.of())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"{city: Oslo\" | `` | (its line 1, column 2): a key in double quotes or } is expected, but city",
                "\"{\\\"city\\\": 'Oslo'}\" | `` | json.dumps",
                "\"[1]\" | `` | holds JSON that is not an object",
                "\"\\\"{}\\\"\" | `` | holds JSON that is not an object",
                "\"7\" | `` | holds JSON that is not an object",
                "7 | `` | It is not an object",
                "[1] | `` | It is not an object",
                "\"{\\\"a\\\": {\\\"b\\\": 1, \\\"b\\\": 2}}\" | .a.b | twice",
                "\"{\\\"a\\\": [0, \\\"\\\\ud83d\\\"]}\" | .a[1] | half a surrogate pair",
                "{\"a\": [0, \"\\ud83d\"]} | .a[1] | half a surrogate pair",
                "\"{\\\"a\\\": 1e999}\" | .a | too large",
            })
    void argumentsThatAreNoObjectAreNamedByLineAndField(String arguments, String inside, String problem)
            throws IOException {
        Finding finding = finding("\n" + call(arguments));

        assertThat(finding.line()).isEqualTo(2);
        assertThat(finding.field()).isEqualTo("messages[1].tool_calls[0].function.arguments" + inside);
        assertThat(finding.problem()).contains(problem);
    }

    @Test
    void argumentsNestedWithoutEndAreRefused() throws IOException {
        Finding finding = finding(call("\"" + "[".repeat(100_000) + "\""));

        assertThat(finding.field())
                .startsWith("messages[1].tool_calls[0].function.arguments[0][0]")
                .hasSizeLessThan(300);
        assertThat(finding.problem()).contains("nested deeper than 64 levels");
    }

    @Test
    void toolsMayStandInAStringAsTablesHaveThem() throws IOException {
        List<Object> tools = List.of(Map.of("type", "function", "function", Map.of("name", "f")));

        assertThat(chat("{'messages':[" + ANSWER + "],'tools':'[{\\'type\\':\\'function\\',\\'function\\':{\\'name\\':"
                                + "\\'f\\'}}]'}")
                        .tools())
                .isEqualTo(tools);
        assertThat(finding(json("{'messages':[" + ANSWER + "],'tools':'[f]'}")))
                .satisfies(finding -> assertThat(finding.field()).isEqualTo("tools"))
                .satisfies(finding -> assertThat(finding.problem()).contains("column 2", "but f stands there"));
    }

    @Test
    void partsOfTextAreJoinedByLineBreaksAsServersJoinThem() throws IOException {
        assertThat(chat("{'messages':[{'role':'user','content':[{'type':'text','text':'a','image_url':null},"
                                + "{'type':'text','text':''},{'type':'text','text':'b'}]}," + ANSWER + "]}")
                        .messages()
                        .get(0)
                        .content())
                .isEqualTo("a\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning", "thinking"})
    void reasoningIsReadUnderAllItsNames(String field) throws IOException {
        List<Message> messages = chat("{'messages':[{'role':'user','content':'a','" + field + "':null},"
                        + "{'role':'assistant','content':'b','" + field + "':'Hm.'},"
                        + "{'role':'assistant','content':'c','" + field + "':''}]}")
                .messages();

        assertThat(messages).extracting(Message::reasoning).containsExactly(null, "Hm.", null);
    }

    @Test
    void reasoningThatStandsTwiceMustBeTheSame() throws IOException {
        String row = "{'messages':[{'role':'assistant','content':'b','reasoning':'Hm.','reasoning_content':'%s'}]}";

        assertThat(chat(row.formatted("Hm.")).messages().get(0).reasoning()).isEqualTo("Hm.");
        assertThat(finding(json(row.formatted("So."))).field()).isEqualTo("messages[0].reasoning");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'content':''",
                "'content':' \\n'",
                "'content':null",
                "'content':[]",
                "'name':'Ann'",
                "'content':'','tool_calls':[]",
                "'content':'','reasoning_content':'Hm.'",
            })
    void anEmptyAnswerIsNothingToLearn(String fields) throws IOException {
        String turn = "{'role':'assistant'," + fields + "}";

        assertThat(finding(json("{'messages':[" + QUESTION + "," + turn + "]}")))
                .satisfies(finding -> {
                    assertThat(finding.field()).isEqualTo("messages[1].content");
                    assertThat(finding.problem()).contains("nothing to learn").contains("weight 0");
                });
        String unlearned = turn.replace("}", ",'weight':0}");
        assertThat(chat("{'messages':[" + unlearned + "," + ANSWER + "]}").messages())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[%s,%s],'prompt':null,'completion':null,'text':null,'tools':null,'chosen':null}",
                "{'messages':[%s,%s],'prompt':'','completion':[],'tools':[],'functions':[],'images':[],'meta':{}}",
                "{'messages':[%s,%s],'parallel_tool_calls':null,'label':null,'instruction':'','output':''}",
                "{'messages':null,'prompt':[%s],'completion':[%s],'tools':null}",
                "{'messages':[],'prompt':[%s],'completion':[%s]}",
            })
    void emptyFieldsOfARowAreAbsent(String row) throws IOException {
        assertThat(chat(row.formatted(QUESTION, ANSWER)).messages())
                .extracting(Message::content)
                .containsExactly("Weather in Oslo?", "Cold.");
    }

    @Test
    void emptyMessagesBesideTextAreAbsent() throws IOException {
        assertThat(rows(json("{'messages':null,'prompt':'a','completion':'b','text':''}\n")
                        + json("{'messages':[],'prompt':'','completion':'b'}")))
                .containsExactly(new Row.Completion(1, "a", "b"), new Row.Completion(2, "", "b"));
        assertThat(rows(json("{'text':'a','messages':[],'prompt':null,'label':null}")))
                .containsExactly(new Row.Text(1, "a"));
    }

    @Test
    void emptyFieldsOfAMessageAreAbsent() throws IOException {
        assertThat(chat("{'messages':[{'role':'user','content':'a','tool_calls':[],'tool_call_id':'','weight':null,"
                                + "'refusal':null,'name':null,'id':null},{'role':'assistant','content':'b',"
                                + "'annotations':[],'audio':null,'function_call':null,'refusal':'','tool_calls':null,"
                                + "'name':'','weight':null,'reasoning':null}]}")
                        .messages())
                .containsExactly(new Message("user", "a"), new Message("assistant", "b"));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1.0,true", "1e0,true", "0,false", "0.0,false", "-0,false", "null,true"})
    void aWeightIsAWholeNumberHoweverItIsWritten(String weight, boolean learned) throws IOException {
        assertThat(chat("{'messages':[{'role':'assistant','content':'a','weight':" + weight + "}," + ANSWER + "]}")
                        .messages()
                        .get(0)
                        .isTrainedOn())
                .isEqualTo(learned);
    }

    @Test
    void ofAConversationalPromptTheCompletionAloneIsLearned() throws IOException {
        Row.Chat row = chat("{'prompt':[" + QUESTION + "," + ANSWER + "," + QUESTION + "],'completion':[" + ANSWER
                + ",{'role':'assistant','content':'No.','weight':0}],'tools':[{'type':'function','function':{'name':"
                + "'f'}}]}");

        assertThat(row.kind()).isEqualTo(RowKind.CHAT);
        assertThat(row.messages()).extracting(Message::isTrainedOn).containsExactly(false, false, false, true, false);
        assertThat(row.promptMessages()).isEqualTo(3);
        assertThat(row.field(2)).isEqualTo("prompt[2]");
        assertThat(row.field(4)).isEqualTo("completion[1]");
        assertThat(row.tools()).hasSize(1);
        assertThat(chat("{'messages':[" + ANSWER + "]}").field(0)).isEqualTo("messages[0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt':'a','completion':[%2$s]} | prompt | both as text or both as lists of messages",
                "{'prompt':[%1$s],'completion':'a'} | completion | both as text or both as lists of messages",
                "{'prompt':[%1$s]} | completion | missing",
                "{'completion':[%2$s]} | prompt | missing",
                "{'prompt':[],'completion':[%2$s]} | prompt | It is empty",
                "{'prompt':[%1$s],'completion':[]} | completion | It is empty",
                "{'prompt':[%1$s],'completion':[%1$s]} | completion | No message is of role assistant",
                "{'prompt':[%2$s],'completion':[{'role':'assistant','content':'a','weight':0}]} | completion |"
                        + " weight 0",
                "{'prompt':[%1$s],'completion':[{'role':'assistant','content':''}]} | completion[0].content | empty",
                "{'prompt':[{'role':'robot'}],'completion':[%2$s]} | prompt[0].role | unknown",
                "{'prompt':[{'role':'assistant','content':'a','weight':1}],'completion':[%2$s]} | prompt[0].weight |"
                        + " not learned",
                "{'prompt':[%1$s],'completion':[%2$s],'x':1} | x | unknown",
            })
    void whatIsWrongInAConversationalPromptIsNamed(String row, String field, String problem) throws IOException {
        assertThat(check(json(row.formatted(QUESTION, ANSWER))).findings()).anySatisfy(finding -> {
            assertThat(finding.field()).isEqualTo(field);
            assertThat(finding.problem()).contains(problem);
        });
    }

    @Test
    void aFunctionMayAnswer() throws IOException {
        assertThat(chat("{'messages':[" + QUESTION + ",{'role':'function','name':'get_weather','content':'{}'},"
                                + ANSWER + "]}")
                        .messages()
                        .get(1))
                .isEqualTo(new Message("function", "{}", 1, "get_weather", null, null, null));
    }

    private static Object arguments(String json) throws IOException {
        Row.Chat row = (Row.Chat) rows(call(json)).get(0);
        Map<?, ?> call = (Map<?, ?>) row.messages().get(1).toolCalls().get(0);
        return ((Map<?, ?>) call.get("function")).get("arguments");
    }

    private static String call(String arguments) {
        return json("{'messages':[" + QUESTION
                        + ",{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':")
                + arguments + "}}]}]}";
    }

    private static Row.Chat chat(String row) throws IOException {
        return (Row.Chat) rows(json(row)).get(0);
    }
}
