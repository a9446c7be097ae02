package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.dataset.Finding;
import io.attune.text.TinyModel.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Checks which tokens are learned, with typical rows and typical models. */
class TrainedTokensTest {

    private static final String TOOLS = "[{\"type\": \"function\", \"function\": {\"name\": \"get_weather\","
            + " \"description\": \"Weather of a city\", \"parameters\": {\"type\": \"object\", \"properties\":"
            + " {\"city\": {\"type\": \"string\"}}}}}]";

    private static final String CALL = "\"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\", \"function\":"
            + " {\"name\": \"get_weather\", \"arguments\": \"{\\\"city\\\": \\\"Oslo\\\"}\"}}]";

    /** Writes calls, tools at the beginning, and results of tools, like the template of Hermes. */
    private static final String WITH_CALLS = "{% if tools %}#tools:\n{{ tools | tojson }}</s>{% endif %}"
            + "{% for m in messages %}#{{ m.role }}:\n{% if m.tool_calls %}{% for c in m.tool_calls %}CALL {\"name\":"
            + " \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}{% endfor %}{% endif %}"
            + "{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}#assistant:\n{% endif %}";

    /** Like DeepSeek's distilled models: the prompt opens a reasoning block, and past turns have none. */
    private static final String OPENS_THINKING = "{% for m in messages %}{% if m.role == 'assistant' %}#assistant:"
            + "{{ m.content.split('</think>')[-1] }}</s>{% else %}#{{ m.role }}:{{ m.content }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}#assistant:<think>\n{% endif %}";

    /**
     * Like Qwen 3: the last turn has a reasoning block, earlier turns lose theirs, and a variable writes an empty
     * block.
     */
    private static final String DROPS_THINKING =
            "{% for m in messages %}{% set c = m.content.split('</think>')[-1].lstrip('\n') %}"
                    + "#{{ m.role }}:{% if m.role == 'assistant' and loop.last %}<think>\n"
                    + "{{ (m.reasoning_content or '').strip() }}\n"
                    + "</think>\n\n{% endif %}{{ c }}</s>{% endfor %}{% if add_generation_prompt %}#assistant:"
                    + "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
                    + "{% endif %}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Prefix.class)
    void noAnswerBeginsWithASpaceThatNobodyWrote(Prefix prefix) throws IOException {
        EncodedRow row = encode(TinyModel.TURNS, prefix, chat("""
                {"role": "user", "content": "Name a colour"}, {"role": "assistant", "content": "Blue"},
                {"role": "user", "content": "Another"}, {"role": "assistant", "content": " Brown"}"""));
        assertThat(pieces(row, true)).isEqualTo("B|l|u|e|</s>|\u2581B|r|o|w|n|</s>");
        assertThat(row.mergedBorders()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Prefix.class)
    void theIdsBeforeAnAnswerAreThoseOfTheWholeTextBeforeIt(Prefix prefix) throws IOException {
        String messages = """
                {"role": "user", "content": "Sky?"}, {"role": "assistant", "content": "Blue"},
                {"role": "user", "content": " B? "}, {"role": "assistant", "content": "Brown"}""";
        TokenSequence row = encode(TinyModel.TURNS, prefix, chat(messages))
                .tokens()
                .sequences()
                .get(0);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int[] served = tokenizer.encode("#user:\nSky?</s>#assistant:\nBlue</s>#user:\n B? </s>#assistant:\n");
            assertThat(IntStream.of(row.ids()).limit(served.length)).containsExactly(box(served));
        }
    }

    @Test
    void promptAndCompletionBeginWithTheTokenThatServingPutsInFront() throws IOException {
        EncodedRow row = encode(null, Prefix.NONE, "{\"prompt\": \"2+2=\", \"completion\": \" four\"}");
        assertThat(pieces(row, false)).isEqualTo("<s>|2|+|2|=");
        assertThat(pieces(row, true)).isEqualTo("\u2581|f|o|u|r|</s>");
    }

    @Test
    void aRenderedChatHasTheStartTokenThatItsTemplateWritesAndNoSecondOne() throws IOException {
        EncodedRow row = encode("{{ bos_token }}" + TinyModel.TURNS, Prefix.NONE, chat("""
                {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}"""));
        assertThat(pieces(row, false)).startsWith("<s>|#|u|s|e|r");
        assertThat(pieces(row, false).indexOf("<s>", 1)).isEqualTo(-1);
    }

    @Test
    void everyTokenOfRawTextIsLearnedAndSoIsItsEnd() throws IOException {
        EncodedRow row = encode(null, Prefix.PREPEND, "{\"text\": \"To be\"}");
        assertThat(pieces(row, false)).isEqualTo("<s>");
        assertThat(pieces(row, true)).isEqualTo("\u2581|T|o|\u2581|b|e|</s>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"content\": null, ", "\"content\": \"\", ", "\"content\": [], ", ""})
    void aCallIsLearnedAsTheTemplateWritesItAndItsArgumentsAreNotEncodedTwice(String content) throws IOException {
        EncodedRow row = encode(
                WITH_CALLS,
                Prefix.NONE,
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Weather?\"}, {\"role\": \"assistant\", " + content
                        + CALL + "}], \"tools\": " + TOOLS + "}");
        assertThat(text(row, true))
                .isEqualTo("CALL {\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</s>");
        assertThat(text(row, false)).contains("Weather of a city");
        assertThat(row.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"content\": null, ", "\"content\": \"\", ", ""})
    void aCallThatTheTemplateDoesNotWriteIsAnErrorAndNotAnEmptyAnswer(String content) {
        String row = "{\"messages\": [{\"role\": \"user\", \"content\": \"Weather?\"}, {\"role\": \"assistant\", "
                + content + CALL + "}]}";
        assertThatThrownBy(() -> encode(TinyModel.TURNS, Prefix.NONE, row))
                .isInstanceOfSatisfying(UnencodableRowException.class, e -> {
                    assertThat(e.finding().line()).isEqualTo(1);
                    assertThat(e.finding().field()).isEqualTo("messages[1].tool_calls[0].function.name");
                    assertThat(e.finding().problem()).contains("--chat-template");
                });
    }

    @Test
    void contextThatTheTemplateDoesNotWriteIsAWarningForEachPart() throws IOException {
        String knownRolesOnly =
                "{% for m in messages %}{% if m.role in ['system', 'user', 'assistant'] %}#{{ m.role }}:\n"
                        + "{{ m.content }}</s>{% endif %}{% endfor %}{% if add_generation_prompt %}#assistant:\n"
                        + "{% endif %}";
        EncodedRow row = encode(
                knownRolesOnly,
                Prefix.NONE,
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"name\": \"Ann\"}, "
                        + "{\"role\": \"assistant\","
                        + " \"content\": \"\", \"weight\": 0, " + CALL + "}, {\"role\": \"tool\", \"content\": \"r\"},"
                        + " {\"role\": \"function\", \"name\": \"f\", \"content\": \"{}\"},"
                        + " {\"role\": \"assistant\", \"content\": \"b\"}], \"tools\": " + TOOLS + "}");
        assertThat(text(row, true)).isEqualTo("b</s>");
        assertThat(row.warnings())
                .extracting(Finding::field)
                .containsExactly(
                        "messages[0].name",
                        "messages[1].tool_calls[0].function.name",
                        "messages[1].tool_calls[0].function.arguments",
                        "messages[2].content",
                        "messages[3].content",
                        "messages[3].name",
                        "tools[0].function.name",
                        "tools[0].function.description");
        assertThat(row.warnings())
                .allSatisfy(warning -> assertThat(warning.problem()).contains("does not write"));
    }

    @Test
    void controlTokensInATextAreReadAsTheReferenceReadsThemAndReported() throws IOException {
        EncodedRow row = encode(TinyModel.TURNS, Prefix.NONE, chat("""
                {"role": "user", "content": "What is </s>?"}, {"role": "assistant", "content": "An end: </s>"}"""));
        assertThat(pieces(row, true)).isEqualTo("A|n|\u2581|e|n|d|:|\u2581|</s>|</s>");
        assertThat(row.controlTokens()).isTrue();
        assertThat(row.warnings())
                .extracting(Finding::field)
                .containsExactly("messages[0].content", "messages[1].content");
        assertThat(row.warnings().get(0).problem()).contains("</s>");
    }

    @Test
    void whereThePromptOpensAReasoningBlockTheRestOfItIsLearned() throws IOException {
        String answered = "{\"role\": \"user\", \"content\": \"Sky?\"}, ";
        for (String turn : List.of(
                "{\"role\": \"assistant\", \"content\": \"<think>\\nLook up\\n</think>\\n\\nBlue\"}",
                "{\"role\": \"assistant\", \"content\": \"\\n\\nBlue\", \"reasoning_content\": \"Look up\"}")) {
            EncodedRow row = encode(OPENS_THINKING, Prefix.NONE, chat(answered + turn));
            assertThat(text(row, false)).isEqualTo("#user:Sky?#assistant:<think>\n");
            assertThat(text(row, true)).isEqualTo("Look up\n</think>\n\nBlue</s>");
            assertThat(row.warnings()).isEmpty();
        }
    }

    @Test
    void everyTurnOfSuchATemplateIsASequenceThatEarlierReasoningIsGoneFrom() throws IOException {
        EncodedRow row = encode(OPENS_THINKING, Prefix.NONE, chat("""
                {"role": "user", "content": "1"}, {"role": "assistant", "content": "<think>\\nx\\n</think>\\n\\nA"},
                {"role": "user", "content": "2"}, {"role": "assistant", "content": "<think>\\ny\\n</think>\\n\\nB"}"""));
        assertThat(row.tokens().sequences()).hasSize(2);
        assertThat(text(row, 0, true)).isEqualTo("x\n</think>\n\nA</s>");
        assertThat(text(row, 1, false)).isEqualTo("#user:1#assistant:\n\nA</s>#user:2#assistant:<think>\n");
        assertThat(text(row, 1, true)).isEqualTo("y\n</think>\n\nB</s>");
    }

    @Test
    void aTurnWithoutReasoningIsRefusedWhereThePromptOpensABlockAndTheWayOutIsNamed() {
        String row = chat("{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}");
        assertThatThrownBy(() -> encode(OPENS_THINKING, Prefix.NONE, row))
                .isInstanceOfSatisfying(UnencodableRowException.class, e -> {
                    assertThat(e.finding().field()).isEqualTo("messages[1]");
                    assertThat(e.finding().problem())
                            .contains("reasoning_content")
                            .doesNotContain("kwargs");
                });
        String canBeSwitchedOff = OPENS_THINKING.replace(
                "#assistant:<think>\n",
                "#assistant:{% if enable_thinking is not defined or enable_thinking %}<think>\n{% endif %}");
        assertThatThrownBy(() -> encode(canBeSwitchedOff, Prefix.NONE, row))
                .hasMessageContaining("chat_template_kwargs to {\"enable_thinking\": false}");
    }

    @Test
    void aTemplateThatDropsEarlierReasoningTrainsEachTurnInTheFormInWhichItIsServed() throws IOException {
        EncodedRow row = encode(DROPS_THINKING, Prefix.NONE, chat("""
                {"role": "user", "content": "1"}, {"role": "assistant", "content": "A", "reasoning_content": "x"},
                {"role": "user", "content": "2"}, {"role": "assistant", "content": "B"}"""));
        assertThat(row.tokens().sequences()).hasSize(2);
        assertThat(text(row, 0, false)).isEqualTo("#user:1</s>#assistant:");
        assertThat(text(row, 0, true)).isEqualTo("<think>\nx\n</think>\n\nA</s>");
        assertThat(text(row, 1, false)).isEqualTo("#user:1</s>#assistant:A</s>#user:2</s>#assistant:");
        assertThat(text(row, 1, true)).isEqualTo("<think>\n\n</think>\n\nB</s>"); // as the template writes it
    }

    @Test
    void aSettingOfTheTemplateReachesPromptsAndTurns() throws IOException {
        TinyModel.write(folder, DROPS_THINKING, Prefix.NONE);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            RowEncoder encoder = new RowEncoder(
                    tokenizer,
                    Optional.of(ChatTemplate.read(folder).orElseThrow().with(Map.of("enable_thinking", false))),
                    new EndTokens(Set.of(2), 2),
                    1000);
            EncodedRow row = encoder.encode(TinyModel.rows(chat("""
                    {"role": "user", "content": "1"}, {"role": "assistant", "content": "A"}""")).get(0));
            assertThat(text(row, false)).isEqualTo("#user:1</s>#assistant:<think>\n\n</think>\n\n");
            assertThat(text(row, true)).isEqualTo("A</s>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "</", "/s>", "</s", "a", "</s>"})
    void anAnswerThatStandsInTheEndOfATurnAsWellEndsThereToo(String answer) throws IOException {
        EncodedRow row = encode(TinyModel.TURNS.replace("</s>", "</s>\n"), Prefix.NONE, chat("""
                {"role": "user", "content": "?"}, {"role": "assistant", "content": "%s"}""".formatted(answer)));
        assertThat(text(row, true)).isEqualTo(answer + "</s>");
    }

    @Test
    void reasoningIsNotLostWhereThePromptSwitchesItOff() {
        String off = "{% for m in messages %}#{{ m.role }}:{% if m.role == 'assistant' %}"
                + "{{ m.content.split('</think>')[-1] }}"
                + "{% else %}{{ m.content }}{% endif %}</s>{% endfor %}{% if add_generation_prompt %}"
                + "#assistant:<think>\n\n"
                + "</think>\n\n{% endif %}";
        assertThatThrownBy(() -> encode(off, Prefix.NONE, chat("""
                {"role": "user", "content": "1"}, {"role": "assistant", "content": "<think>\\nx\\n</think>\\n\\nA"}"""))).hasMessageContaining("switches reasoning off");
    }

    @Test
    void whatWasSaidBeforeMayBeWrittenDifferentlyInThePrompt() throws IOException {
        String systemInTheLastMessage = "{% set rest = messages[1:] if messages[0].role == 'system' else messages %}"
                + "{% for m in rest %}{% if m.role == 'user' %}[INST]"
                + "{% if loop.last and messages[0].role == 'system' %}"
                + "{{ messages[0].content }}. {% endif %}{{ m.content }}[/INST]{% else %}{{ m.content }}</s>"
                + "{% endif %}"
                + "{% endfor %}";
        EncodedRow row = encode(systemInTheLastMessage, Prefix.NONE, chat("""
                {"role": "system", "content": "Be brief"}, {"role": "user", "content": "Sky?"},
                {"role": "assistant", "content": "Blue"}, {"role": "user", "content": "Sea?"},
                {"role": "assistant", "content": "Green"}"""));
        assertThat(row.tokens().sequences()).hasSize(2);
        assertThat(text(row, 0, false)).isEqualTo("[INST]Be brief. Sky?[/INST]");
        assertThat(text(row, 0, true)).isEqualTo("Blue</s>");
        assertThat(text(row, 1, false)).isEqualTo("[INST]Sky?[/INST]Blue</s>[INST]Be brief. Sea?[/INST]");
        assertThat(text(row, 1, true)).isEqualTo("Green</s>");
        assertThat(row.warnings()).isEmpty();
    }

    @Test
    void contentGoesInPartsToATemplateThatKnowsNothingElse() throws IOException {
        EncodedRow row = encode(
                "{% for m in messages %}#{{ m.role }}:{% for part in m.content %}{% if part.type == 'text' %}"
                        + "{{ part.text }}"
                        + "{% endif %}{% endfor %}</s>{% endfor %}{% if add_generation_prompt %}#assistant:"
                        + "{% endif %}",
                Prefix.NONE, chat("""
                {"role": "user", "content": "Sky?"}, {"role": "assistant", "content": "Blue"}"""));
        assertThat(text(row, false)).isEqualTo("#user:Sky?</s>#assistant:");
        assertThat(text(row, true)).isEqualTo("Blue</s>");
    }

    @Test
    void conversationalPromptsAreReadAndTheirCompletionsLearned() throws IOException {
        EncodedRow row = encode(
                TinyModel.TURNS,
                Prefix.NONE,
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"},"
                        + " {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}],"
                        + " \"completion\": [{\"role\": \"assistant\", \"content\": \"d\"}]}");
        assertThat(text(row, false)).isEqualTo("#user:\na</s>#assistant:\nb</s>#user:\nc</s>#assistant:\n");
        assertThat(text(row, true)).isEqualTo("d</s>");
    }

    @Test
    void aTokenThatWouldCrossTheBorderIsNotAndIsCounted() throws IOException {
        String spaced = TinyModel.TURNS
                .replace("#assistant:\n{% endif %}", "#assistant: {% endif %}")
                .replace("#{{ m.role }}:\n", "#{{ m.role }}: ");
        EncodedRow row = encode(spaced, Prefix.NONE, chat("""
                {"role": "user", "content": "Sky?"}, {"role": "assistant", "content": "Blue"},
                {"role": "user", "content": "Sea?"}, {"role": "assistant", "content": "green"}"""));
        assertThat(row.mergedBorders()).isEqualTo(1);
        assertThat(row.tokens().sequences()).hasSize(2); // the second prompt contains the merged token
        assertThat(pieces(row, 0, false)).endsWith(":|\u2581");
        assertThat(pieces(row, 0, true)).isEqualTo("B|l|u|e|</s>");
        assertThat(pieces(row, 1, false)).contains("\u2581B|l|u|e");
        assertThat(pieces(row, 1, true)).isEqualTo("g|r|e|e|n|</s>");
    }

    @Test
    void beyondTheLongestLengthNothingIsRenderedOn() throws IOException {
        TinyModel.write(folder, TinyModel.TURNS, Prefix.NONE);
        StringBuilder turns = new StringBuilder("{\"role\": \"user\", \"content\": \"a\"}");
        for (int i = 0; i < 100; i++) {
            turns.append(", {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"a\"}");
        }
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            EncodedRow row = new RowEncoder(tokenizer, ChatTemplate.read(folder), new EndTokens(Set.of(2), 2), 64)
                    .encode(TinyModel.rows(chat(turns.toString())).get(0));
            assertThat(row.whole()).isFalse();
            assertThat(row.tokens().length()).isBetween(64, 128);
        }
    }

    private static String chat(String messages) {
        return "{\"messages\": [" + messages.replace("\n", " ") + "]}";
    }

    private EncodedRow encode(String template, Prefix prefix, String row) throws IOException {
        TinyModel.write(folder, template, prefix);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return TinyModel.encoder(folder, tokenizer)
                    .encode(TinyModel.rows(row).get(0));
        }
    }

    private static Integer[] box(int[] ids) {
        return IntStream.of(ids).boxed().toArray(Integer[]::new);
    }

    private String text(EncodedRow row, boolean target) throws IOException {
        return text(row, 0, target);
    }

    /** Returns the text of a sequence's targets, or of its other tokens. */
    private String text(EncodedRow row, int sequence, boolean target) throws IOException {
        return pieces(row, sequence, target)
                .replace("|", "")
                .replace("\u2581", " ")
                .replace("<0x0A>", "\n");
    }

    private String pieces(EncodedRow row, boolean target) throws IOException {
        return pieces(row, 0, target);
    }

    /** Returns the tokens in their form in the vocabulary. */
    private String pieces(EncodedRow row, int sequence, boolean target) throws IOException {
        TokenSequence tokens = row.tokens().sequences().get(sequence);
        Map<Integer, String> names = new HashMap<>();
        JsonMapper.shared()
                .readTree(folder.resolve("tokenizer.json"))
                .path("model")
                .path("vocab")
                .properties()
                .forEach(token -> names.put(token.getValue().intValue(), token.getKey()));
        return String.join(
                "|",
                IntStream.range(0, tokens.length())
                        .filter(i -> tokens.target()[i] == target)
                        .mapToObj(i -> names.get(tokens.ids()[i]))
                        .toList());
    }
}
