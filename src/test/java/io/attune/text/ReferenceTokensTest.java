package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares ids and targets with transformers, for every available tokenizer and template: those of the tests, and
 * the templates (*.jinja) of the folder that {@code attune.templates} names. {@code attune.python} names a Python
 * with transformers.
 */
class ReferenceTokensTest {

    private static final int ROUNDS = 2;
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    @Test
    void promptsAndTargetsAreThoseOfTransformers() throws Exception {
        String python = System.getProperty("attune.python", "");
        assumeTrue(!python.isBlank(), "attune.python does not name a Python with transformers");
        Map<String, String> templates = new HashMap<>(Conversations.templates());
        String further = System.getProperty("attune.templates", "");
        if (!further.isBlank()) {
            try (Stream<Path> files = Files.list(Path.of(further))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".jinja")).toList()) {
                    templates.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        List<Object> cases = new ArrayList<>();
        for (String golden : TokenizerGoldens.names("")) {
            if (!golden.startsWith("dropout")) { // transformers draws its ids at random
                cases(golden, templates, cases);
            }
        }
        assertThat(cases).hasSizeGreaterThan(1000);
        Path file = folder.resolve("cases.json");
        Files.writeString(file, JSON.writeValueAsString(cases));

        Process process = new ProcessBuilder(python, "tools/compare_tokens.py", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        System.out.println(
                "Tokens beside transformers: " + said.lines().limit(2).toList());
        assertThat(exit).as(said).isZero();
    }

    private void cases(String golden, Map<String, String> templates, List<Object> cases) throws IOException {
        Path model = Files.createDirectory(folder.resolve(golden));
        JsonNode json = TokenizerGoldens.read("", golden);
        TokenizerGoldens.write(json, model);
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            Map<String, String> special = SpecialTokens.read(model);
            for (Map.Entry<String, String> template : templates.entrySet()) {
                Map<String, String> named = new HashMap<>(special);
                named.putIfAbsent("bos_token", "");
                named.putIfAbsent("eos_token", "<|im_end|>");
                int end = tokenizer.id(named.get("eos_token")).orElse(-1);
                RowEncoder encoder = new RowEncoder(
                        tokenizer,
                        Optional.of(ChatTemplate.compile(template.getValue(), named)),
                        new EndTokens(Set.of(end), end),
                        Integer.MAX_VALUE);
                Map<String, Object> kwargs = new LinkedHashMap<>(named);
                kwargs.keySet().removeAll(special.keySet());
                Random random = new Random(template.getKey().hashCode() + tokenizer.vocabSize());
                for (int round = 0; round < ROUNDS; round++) {
                    List<Message> messages =
                            Conversations.random(random, template.getKey().startsWith("opens_reasoning"));
                    try {
                        EncodedRow row = encoder.encode(new Row.Chat(1, messages, null));
                        cases.add(testCase(model, template, messages, kwargs, row.tokens()));
                    } catch (UnencodableRowException e) {
                        // other tests cover refused rows
                    }
                }
            }
        }
    }

    private static Map<String, Object> testCase(
            Path model,
            Map.Entry<String, String> template,
            List<Message> messages,
            Map<String, Object> kwargs,
            TokenRow tokens) {
        Map<String, Object> testCase = new LinkedHashMap<>();
        testCase.put("folder", model.toString());
        testCase.put("name", template.getKey());
        testCase.put("template", template.getValue());
        testCase.put(
                "messages",
                messages.stream()
                        .map(message -> Map.of("role", message.role(), "content", message.content()))
                        .toList());
        testCase.put(
                "trained",
                IntStream.range(0, messages.size())
                        .filter(i -> messages.get(i).isTrainedOn())
                        .toArray());
        testCase.put(
                "answers",
                messages.stream()
                        .filter(message -> message.role().equals("assistant"))
                        .count());
        testCase.put("marks_turns", template.getKey().equals("marked_answers.jinja"));
        testCase.put("tools", null);
        testCase.put("kwargs", kwargs);
        testCase.put(
                "sequences",
                tokens.sequences().stream()
                        .map(sequence -> Map.of("ids", sequence.ids(), "target", sequence.target()))
                        .toList());
        return testCase;
    }
}
