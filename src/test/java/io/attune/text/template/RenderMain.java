package io.attune.text.template;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders templates for {@code tools/compare_templates.py}. Reads lines of JSON {@code {template, context, now}}
 * from standard input, and writes lines {@code {text}} or {@code {error}} to standard output.
 */
final class RenderMain {

    record Asked(String template, Map<String, Object> context, String now) {}

    private RenderMain() {}

    public static void main(String[] arguments) throws IOException {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                .build();
        Map<String, Template> compiled = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Asked asked = mapper.readValue(line, Asked.class);
            Map<String, String> answer;
            try {
                Template template = compiled.computeIfAbsent(asked.template(), Template::compile);
                answer = Map.of("text", template.render(asked.context(), LocalDateTime.parse(asked.now())));
            } catch (TemplateException e) {
                answer = Map.of("error", e.getMessage());
            }
            out.println(mapper.writeValueAsString(answer));
            out.flush();
        }
    }
}
