package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RowEncoderTest {

    private static final Path FOLDER = Path.of("src/test/resources/text/tokenizer");
    private static final int END_OF_TEXT = 2;

    private static Tokenizer tokenizer;
    private static ChatTemplate chatMl;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = Tokenizer.open(FOLDER);
        chatMl = ChatTemplate.read(FOLDER).orElseThrow();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void everyAnswerIsTrainedOnUpToTheTokenThatEndsItAndNothingElse() {
        TokenSequence row = encode(chatMl, user("Hi"), assistant("Hello there"), user("Bye"), assistant("So long"));
        assertThat(text(row, true)).isEqualTo("Hello there<|im_end|>So long<|im_end|>");
        assertThat(text(row, false))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n\n<|im_start|>user\nBye<|im_end|>\n"
                        + "<|im_start|>assistant\n");
    }

    @Test
    void turnsOfWeightZeroAreReadButNotLearned() {
        Message unwanted = new Message("assistant", "Go away", 0, null, null, null, null);
        TokenSequence row = encode(chatMl, user("Hi"), unwanted, user("Please"), assistant("Hello"));
        assertThat(text(row, true)).isEqualTo("Hello<|im_end|>");
        assertThat(tokenizer.decode(row.ids(), false)).contains("Go away");
    }

    /** Compares the tokens before the first target of a turn with those of serving, piece by piece. */
    @Test
    void theIdsBeforeAnAnswerAreThoseThatServingPutsThere() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                messages.add(user(words(random)));
                messages.add(assistant(words(random)));
            }
            TokenSequence row = encode(chatMl, messages.toArray(Message[]::new));
            int[] served = new int[0];
            String past = "";
            for (int i = 1; i < messages.size(); i += 2) {
                String prompt = chatMl.render(messages.subList(0, i), null, true);
                String answer = messages.get(i).content() + "<|im_end|>";
                served = concat(served, tokenizer.encode(prompt.substring(past.length())));
                assertThat(Arrays.copyOf(row.ids(), served.length)).isEqualTo(served);
                assertThat(row.target()[served.length - 1]).isFalse();
                assertThat(row.target()[served.length]).isTrue();
                int[] target = tokenizer.encode(answer);
                served = concat(served, target);
                assertThat(IntStream.range(served.length - target.length, served.length)
                                .allMatch(t -> row.target()[t]))
                        .isTrue();
                past = prompt + answer;
            }
            assertThat(tokenizer.decode(row.ids(), false) + "\n").isEqualTo(chatMl.render(messages, null, false));
        }
    }

    @Test
    void completionRowsEndWithTheEndOfText() {
        TokenRow encoded = encoder(Optional.empty())
                .encode(new Row.Completion(4, "Once upon", " a time"))
                .tokens();
        TokenSequence row = encoded.sequences().get(0);
        assertThat(row.ids())
                .isEqualTo(concat(
                        concat(tokenizer.encode("Once upon"), tokenizer.encode(" a time")), new int[] {END_OF_TEXT}));
        assertThat(row.targets()).isEqualTo(tokenizer.encode(" a time").length + 1);
        assertThat(row.target()[tokenizer.encode("Once upon").length]).isTrue();
        assertThat(encoded.line()).isEqualTo(4);
    }

    @Test
    void withoutATokenThatEndsTheTurnAllThatIsWrittenIsLearned() {
        ChatTemplate plain = ChatTemplate.compile(
                "{% for m in messages %}{{ m.role }}: {{ m.content }}\n"
                        + "{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}",
                Map.of());
        TokenSequence row = encode(plain, user("Hi"), assistant("Hello <|im_end|> there"));
        assertThat(text(row, true)).isEqualTo("Hello <|im_end|> there\n");
    }

    @Test
    void anAnswerThatComesFirstHasThePromptThatTheTemplateWritesBeforeIt() {
        ChatTemplate withSystem = ChatTemplate.compile("""
            {% for m in messages %}{% if loop.first and messages[0].role != 'system' %}<|im_start|>system
            Default<|im_end|>
            {% endif %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}
            {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
            """, Map.of());
        TokenSequence row = encode(withSystem, assistant("Welcome"), user("Thanks"));
        assertThat(text(row, true)).isEqualTo("Welcome<|im_end|>");
        assertThat(tokenizer.decode(row.ids(), false))
                .startsWith("<|im_start|>system\nDefault<|im_end|>\n<|im_start|>assistant\nWelcome");
    }

    @Test
    void aTurnThatTheTemplateWritesDifferentlyOnceItIsPastIsASequenceOfItsOwn() {
        ChatTemplate forgetful = ChatTemplate.compile(
                "{% for m in messages %}<|im_start|>{{ m.role }}|{% if loop.last or m.role == 'user' %}{{ m.content"
                        + " }}{% endif %}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant|{%"
                        + " endif %}",
                Map.of());
        List<TokenSequence> turns = encodeAll(forgetful, user("a"), assistant("b"), user("c"), assistant("d"));
        assertThat(turns).hasSize(2);
        assertThat(text(turns.get(0), true)).isEqualTo("b<|im_end|>");
        assertThat(tokenizer.decode(turns.get(0).ids(), false))
                .isEqualTo("<|im_start|>user|a<|im_end|><|im_start|>assistant|b<|im_end|>");
        assertThat(text(turns.get(1), true)).isEqualTo("d<|im_end|>");
        assertThat(tokenizer.decode(turns.get(1).ids(), false))
                .isEqualTo("<|im_start|>user|a<|im_end|><|im_start|>assistant|<|im_end|><|im_start|>user|c<|im_end|>"
                        + "<|im_start|>assistant|d<|im_end|>");
    }

    @Test
    void aTemplateThatRefusesARowNamesIt() {
        ChatTemplate strict = ChatTemplate.compile("{{ raise_exception('No system role') }}", Map.of());
        assertThatThrownBy(() -> encode(strict, user("a"), assistant("b")))
                .isInstanceOf(UnencodableRowException.class)
                .hasMessageContaining("Line 9")
                .hasMessageContaining("No system role");
    }

    @Test
    void chatRowsNeedAChatTemplate() {
        assertThatThrownBy(() -> encoder(Optional.empty()).encode(new Row.Chat(9, List.of(assistant("b")), null)))
                .isInstanceOf(UnencodableRowException.class)
                .hasMessageContaining("no chat template");
    }

    @Test
    void textOfAnyKindComesBackFromItsIds() {
        for (String text : List.of("", " ", "a\u0000b", "😀 ünï \u2028", "<|im_start|>x<|im_end|>", "\uFEFF\r\n\t")) {
            assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
        }
        assertThat(tokenizer.encode("<|im_start|>")).containsExactly(1);
        assertThat(tokenizer.encode("x ".repeat(5000)).length).isGreaterThan(5000); // no text is cut
        assertThat(tokenizer.vocabSize()).isEqualTo(384);
        assertThat(tokenizer.specialId("eos_token")).hasValue(2);
        assertThat(tokenizer.specialId("unk_token")).isEmpty();
    }

    private static TokenSequence encode(ChatTemplate template, Message... messages) {
        List<TokenSequence> sequences = encodeAll(template, messages);
        assertThat(sequences).hasSize(1);
        return sequences.get(0);
    }

    private static List<TokenSequence> encodeAll(ChatTemplate template, Message... messages) {
        return encoder(Optional.of(template))
                .encode(new Row.Chat(9, List.of(messages), null))
                .tokens()
                .sequences();
    }

    private static RowEncoder encoder(Optional<ChatTemplate> template) {
        return new RowEncoder(tokenizer, template, new EndTokens(Set.of(END_OF_TEXT), END_OF_TEXT), Integer.MAX_VALUE);
    }

    private static Message user(String content) {
        return new Message("user", content);
    }

    private static Message assistant(String content) {
        return new Message("assistant", content);
    }

    private static String text(TokenSequence row, boolean target) {
        return tokenizer.decode(
                IntStream.range(0, row.length())
                        .filter(i -> row.target()[i] == target)
                        .map(i -> row.ids()[i])
                        .toArray(),
                false);
    }

    private static String words(Random random) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            words.append(List.of(" ", "\n", "the", "re", "é", "😀", "\n\n", "a", ":", " the")
                    .get(random.nextInt(10)));
        }
        return words.toString();
    }

    private static int[] concat(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
