package io.attune.dataset;

import static io.attune.dataset.Reading.check;
import static io.attune.dataset.Reading.finding;
import static io.attune.dataset.Reading.json;
import static io.attune.dataset.Reading.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherRowsTest {

    private static final Pattern COMMAND = Pattern.compile("`(jq -c '[^']+' FILE > converted\\.jsonl)`");

    @TempDir
    Path folder;

    /** A conversation is written as role: content, with / between messages. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'instruction':'Add','input':'1 2','output':'3'} | instruction | an Alpaca row | user: Add##1 2 /"
                        + " assistant: 3",
                "{'instruction':'Add','input':'','output':'3','text':'Add 3'} | instruction | an Alpaca row | user:"
                        + " Add /"
                        + " assistant: 3",
                "{'instruction':'Add','output':'3','system':'Be brief'} | instruction | an Alpaca row | system: Be"
                        + " brief /"
                        + " user: Add / assistant: 3",
                "{'instruction':'Add','context':'1 2','response':'3','category':'x'} | instruction |"
                        + " instruction and response | user: Add##1 2 / assistant: 3",
                "{'id':'7','system_prompt':'','question':'Why?','response':'So.'} | question | question and response |"
                        + " user: Why? / assistant: So.",
                "{'question':'Why?','answer':'So.'} | question | question and answer | user: Why? / assistant: So.",
                "{'query':'Why?','response':'So.'} | query | query and response | user: Why? / assistant: So.",
                "{'inputs':'Why?','targets':'So.'} | inputs | inputs and targets | user: Why? / assistant: So.",
                "{'input':'Why?','output':'So.'} | input | input and output | user: Why? / assistant: So.",
                "{'problem':'Why?','solution':'So.'} | problem | problem and solution | user: Why? / assistant: So.",
                "{'prompt':'Why?','response':'So.'} | prompt | prompt and response | user: Why? / assistant: So.",
                "{'conversations':[{'from':'system','value':'S'},{'from':'human','value':'Hi'},"
                        + "{'from':'gpt','value':'Yo'},"
                        + "{'from':'observation','value':'O'}]} | conversations | a ShareGPT row | system: S /"
                        + " user: Hi / assistant: Yo / tool: O",
                "{'conversations':[{'from':'human','value':'Hi','weight':null},{'from':'gpt','value':'Yo','weight':1}],"
                        + "'system':'S'} | conversations | a ShareGPT row | system: S / user: Hi / assistant: Yo",
                "{'conversation':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Yo'}],'id':1} |"
                        + " conversation | a conversation in the field conversation | user: Hi / assistant: Yo",
                "{'dialog':['Hi','Yo','More','No']} | dialog | a conversation in the field dialog | user: Hi /"
                        + " assistant: Yo / user: More / assistant: No",
                "{'conversation':[{'human':'Hi','assistant':'Yo'}]} | conversation | a conversation | user: Hi /"
                        + " assistant: Yo",
                "{'messages':[{'from':'human','value':'Hi'},{'from':'gpt','value':'Yo'}]} | messages | a ShareGPT row |"
                        + " user: Hi / assistant: Yo",
            })
    void rowsOfOtherProgramsAreNamedAndJqConvertsThem(String row, String field, String name, String conversation)
            throws Exception {
        Finding finding = finding(json(row));

        assertThat(finding.field()).isEqualTo(field);
        assertThat(finding.problem()).contains(name).contains("Convert the file");
        assertThat(finding.unsupported()).isNull();
        Row.Chat converted = (Row.Chat) converted(finding.problem(), json(row));
        assertThat(converted.messages())
                .extracting(message -> message.role() + ": " + message.content().replace('\n', '#'))
                .containsExactly(conversation.split(" / "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b','id':7}]} |"
                        + " messages[1].id",
                "{'messages':[{'role':'user','content':[{'type':'text','text':'a','id':7}]},{'role':'assistant',"
                        + "'content':'b'}]} | messages[0].content[0].id",
                "{'prompt':[{'role':'user','content':'a','id':7}],'completion':[{'role':'assistant','content':'b'}]} |"
                        + " prompt[0].id",
                "{'messages':[{'role':'assistant','content':'b'}],'prompt':'a'} | prompt",
                "{'messages':[{'role':'assistant','content':'b'}],'conversations':[{'from':'human','value':'a'}]} |"
                        + " conversations",
                "{'prompt':'a','completion':'b','answer':'c'} | answer",
                "{'text':'a','meta':{'b':1}} | meta",
            })
    void aFieldTooMuchIsNamedAndJqRemovesIt(String row, String field) throws Exception {
        Finding finding = finding(json(row));

        assertThat(finding.field()).isEqualTo(field);
        converted(finding.problem(), json(row));
    }

    @Test
    void theLineOfJqSparesEmptyInputsWhereverTheyStand() throws Exception {
        String file =
                json("{'instruction':'Add','input':'1 2','output':'3'}\n{'instruction':'Go','input':'','output':'ok'}\n"
                        + "{'instruction':'Go','output':'ok'}\n{'instruction':'Go','input':null,'output':'ok'}\n");

        assertThat(rows(run(finding(file).problem(), file)))
                .extracting(row -> ((Row.Chat) row).messages().get(0).content())
                .containsExactly("Add\n\n1 2", "Go", "Go", "Go");
    }

    @Test
    void toolsOfAShareGptRowAreKept() throws Exception {
        String row = json("{'conversations':[{'from':'human','value':'Hi'},{'from':'gpt','value':'Yo'}],"
                + "'tools':'[{\\'type\\':\\'function\\',\\'function\\':{\\'name\\':\\'f\\'}}]'}");

        assertThat(((Row.Chat) converted(finding(row).problem(), row)).tools()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt':'Q','chosen':'A','rejected':'B'} | chosen | DPO",
                "{'prompt':[{'role':'user','content':'Q'}],'chosen':[{'role':'assistant','content':'A'}],"
                        + "'rejected':[{'role':'assistant','content':'B'}]} | chosen | DPO",
                "{'prompt':'Q','chosen':[{'role':'user','content':'Q'},{'role':'assistant','content':'A'}],"
                        + "'rejected':[]} | chosen | DPO",
                "{'chosen':[{'role':'user','content':'Q'},{'role':'assistant','content':'A'}],'rejected':[]} |"
                        + " chosen | DPO",
                "{'chosen':'Human: Q Assistant: A','rejected':'B'} | chosen | DPO",
                "{'question':'Q','chosen':'A','rejected':'B','system':'S'} | chosen | DPO",
                "{'prompt':'Q','completion':'A','label':true} | label | KTO",
                "{'prompt':[{'role':'user','content':'Q'}],'completion':[{'role':'assistant','content':'A'}],"
                        + "'label':true} | label | KTO",
                "{'messages':[{'role':'user','content':'Q'},{'role':'assistant','content':'A'}],'label':true} |"
                        + " label | KTO",
            })
    void preferencesAreNamedAndJqKeepsThePreferredAnswer(String row, String field, String name) throws Exception {
        Finding finding = finding(json(row));

        assertThat(finding.field()).isEqualTo(field);
        assertThat(finding.unsupported()).isEqualTo("dpo");
        assertThat(finding.problem()).contains(name).contains("not supported");
        converted(finding.problem(), json(row));
    }

    @Test
    void aFileOfAnotherProgramIsToldOnce() throws IOException {
        DatasetCheck check = check(json("\n{'question':'Q','answer':'A'}\n".repeat(100)));

        assertThat(check.findings()).hasSize(1);
        assertThat(check.findings().get(0).line()).isEqualTo(2);
        assertThat(check.moreFindings()).isZero();
        assertThat(check(json("{'prompt':'a','completion':'b'}\n" + "{'question':'Q','answer':'A'}\n".repeat(3)))
                        .findings())
                .hasSize(3);
    }

    /** The row that the jq command in the problem makes from a row. */
    private Row converted(String problem, String row) throws Exception {
        List<Row> rows = rows(run(problem, row));
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private String run(String problem, String file) throws Exception {
        Matcher command = COMMAND.matcher(problem);
        assertThat(command.find()).as(problem).isTrue();
        assumeTrue(hasJq(), "jq is not installed");
        Files.writeString(folder.resolve("FILE"), file);
        Process shell = new ProcessBuilder("sh", "-c", command.group(1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes());
        assertThat(shell.waitFor()).as(said).isZero();
        return Files.readString(folder.resolve("converted.jsonl"));
    }

    private static boolean hasJq() throws InterruptedException {
        try {
            return new ProcessBuilder("jq", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
