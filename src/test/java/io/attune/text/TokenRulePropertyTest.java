package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rule of docs/tokens.md, for random conversations with every available template and kind of tokenizer. The
 * tokens before a target are those that a server computes from the whole text. The targets are what the model then
 * has to generate.
 */
class TokenRulePropertyTest {

    private static final int ROUNDS = Integer.getInteger("attune.property.rounds", 6);
    /** Counts the checked cases. A test that checks nothing is visible in it. */
    private static final Map<String, Integer> SEEN = new TreeMap<>();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> idsBeforeATargetAreTheServersAndTargetsAreWhatItHasToGenerate() throws IOException {
        Map<String, String> templates = Conversations.templates();
        assertThat(templates).hasSizeGreaterThan(10);
        List<String> goldens = TokenizerGoldens.names("");
        assertThat(goldens).hasSizeGreaterThan(50);
        return goldens.stream()
                .map(golden -> DynamicTest.dynamicTest(golden, () -> {
                    TokenizerGoldens.write(TokenizerGoldens.read("", golden), folder);
                    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
                        for (Map.Entry<String, String> template : templates.entrySet()) {
                            check(tokenizer, template.getKey(), template.getValue());
                        }
                    }
                }));
    }

    @AfterAll
    static void thatMuchWasSeen() {
        System.out.println("Turns whose tokens were held to the rule: " + SEEN);
        assertThat(SEEN.get("turns")).isGreaterThan(5000);
        assertThat(SEEN.get("decoded")).isGreaterThan(SEEN.get("turns") / 3);
        assertThat(SEEN.get("merged")).isPositive();
        assertThat(SEEN.get("sequences of their own")).isPositive();
    }

    private static void seen(String what) {
        SEEN.merge(what, 1, Integer::sum);
    }

    private void check(Tokenizer tokenizer, String name, String source) throws IOException {
        Map<String, String> special = new HashMap<>(SpecialTokens.read(folder));
        special.putIfAbsent("bos_token", "");
        special.putIfAbsent("eos_token", "<|im_end|>");
        ChatTemplate template = ChatTemplate.compile(source, special);
        int end = tokenizer.id(special.get("eos_token")).orElse(-1);
        RowEncoder encoder =
                new RowEncoder(tokenizer, Optional.of(template), new EndTokens(Set.of(end), end), Integer.MAX_VALUE);
        Random random = new Random(name.hashCode() + tokenizer.vocabSize());
        for (int round = 0; round < ROUNDS; round++) {
            Row.Chat row = new Row.Chat(1, Conversations.random(random, name.startsWith("opens_reasoning")), null);
            String label = name + " " + row.messages();
            try {
                EncodedRow encoded = encoder.encode(row);
                assertThat(encoded.whole()).isTrue();
                checkTurns(tokenizer, template, row, encoded, end, label);
                checkCut(tokenizer, template, row, encoded, end, random, label);
            } catch (UnencodableRowException e) { // the tokenizer has no token for some text
                assertThat(e.finding().problem()).as(label).containsAnyOf("no border", "does not write this");
                seen("refused");
            }
        }
    }

    /** Finds each turn in the next run of targets, and compares it with a computation from the whole text. */
    private static void checkTurns(
            Tokenizer tokenizer, ChatTemplate template, Row.Chat row, EncodedRow encoded, int end, String label) {
        List<int[]> runs = runs(encoded.tokens()); // {sequence, first, last + 1}
        int run = 0;
        for (int turn = 0; turn < row.messages().size(); turn++) {
            if (!row.messages().get(turn).isTrainedOn()) {
                continue;
            }
            assertThat(runs.size()).as(label).isGreaterThan(run);
            int[] found = runs.get(run++);
            TokenSequence sequence = encoded.tokens().sequences().get(found[0]);
            String prompt = template.render(row.messages().subList(0, turn), null, true);
            int[] served = tokenizer.encode(prompt);
            assertThat(Arrays.copyOf(sequence.ids(), found[1])).as(label).isEqualTo(served);
            seen("turns");
            if (found[0] > 0) {
                seen("sequences of their own");
            }
            checkTargets(
                    tokenizer,
                    template,
                    row,
                    turn,
                    prompt,
                    Arrays.copyOfRange(sequence.ids(), found[1], found[2]),
                    end,
                    label);
        }
        assertThat(runs).as(label).hasSize(run);
        for (int i = 0; i < encoded.mergedBorders(); i++) {
            seen("merged");
        }
    }

    /**
     * Checks that the targets decode to what the template writes after the prompt, if the tokenizer can restore
     * texts.
     */
    private static void checkTargets(
            Tokenizer tokenizer,
            ChatTemplate template,
            Row.Chat row,
            int turn,
            String prompt,
            int[] targets,
            int end,
            String label) {
        String all = template.render(row.messages().subList(0, turn + 1), null, false);
        if (!all.startsWith(prompt)) {
            seen("reasoning put before the answer");
            String content = row.messages().get(turn).content();
            String learned = tokenizer.decode(targets, false);
            if (tokenizer.decode(tokenizer.encode(content), false).equals(content)) {
                assertThat(learned).as(label).contains("</think>");
            }
            return;
        }
        String written = all.substring(prompt.length());
        int[] apart = tokenizer.encode(prompt + written);
        boolean givesBack = tokenizer.decode(apart, false).equals(prompt + written)
                && tokenizer.decode(tokenizer.encode(prompt), false).equals(prompt);
        if (!givesBack) {
            return;
        }
        String inContext = tokenizer
                .decode(concat(tokenizer.encode(prompt), targets), false)
                .substring(prompt.length());
        assertThat(written).as(label).startsWith(inContext);
        String rest = written.substring(inContext.length());
        assertThat(rest.isBlank()
                        || targets[targets.length - 1] == end
                        || tokenizer.isSpecial(targets[targets.length - 1]))
                .as(label + " ends with " + inContext)
                .isTrue();
        assertThat(inContext)
                .as(label)
                .contains(lastWord(row.messages().get(turn).content()));
        seen("decoded");
    }

    /** Checks that a maximum length gives the same tokens, up to the place where rendering stops. */
    private static void checkCut(
            Tokenizer tokenizer,
            ChatTemplate template,
            Row.Chat row,
            EncodedRow whole,
            int end,
            Random random,
            String label) {
        int longest = 1 + random.nextInt(whole.tokens().length() + 2);
        EncodedRow cut =
                new RowEncoder(tokenizer, Optional.of(template), new EndTokens(Set.of(end), end), longest).encode(row);
        if (cut.whole()) {
            assertThat(sequences(cut.tokens())).as(label).isEqualTo(sequences(whole.tokens()));
        } else {
            assertThat(cut.tokens().length()).as(label).isGreaterThanOrEqualTo(longest);
            List<String> shown = sequences(cut.tokens().truncate(longest));
            assertThat(sequences(whole.tokens().truncate(longest)).subList(0, shown.size()))
                    .as(label)
                    .isEqualTo(shown);
        }
    }

    private static List<String> sequences(TokenRow row) {
        return row.sequences().stream()
                .map(sequence -> Arrays.toString(sequence.ids()) + Arrays.toString(sequence.target()))
                .toList();
    }

    private static List<int[]> runs(TokenRow row) {
        List<int[]> runs = new ArrayList<>();
        for (int s = 0; s < row.sequences().size(); s++) {
            boolean[] target = row.sequences().get(s).target();
            for (int i = 0; i < target.length; i++) {
                if (target[i] && !target[i - 1]) {
                    int last = i;
                    while (last < target.length && target[last]) {
                        last++;
                    }
                    runs.add(new int[] {s, i, last});
                }
            }
        }
        return runs;
    }

    private static String lastWord(String content) {
        return content.substring(content.length() - 1);
    }

    private static int[] concat(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
