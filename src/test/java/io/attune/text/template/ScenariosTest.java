package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Templates of model makers, which this project may not include. {@code attune.goldens.templates} names a
 * folder with {@code scenarios.json.gz}, which contains them and the output of CPython's Jinja2 for 960
 * conversations. Files {@code *.jinja} beside it are more templates, without a known output.
 */
class ScenariosTest {

    /** The time at which the goldens were created. */
    private static final LocalDateTime NOW = LocalDateTime.of(2025, 12, 17, 0, 0);

    record Case(String model, String scenario, Map<String, Object> context, String expected, String error) {}

    record Scenarios(Map<String, String> templates, List<Case> cases) {}

    private static Scenarios scenarios;
    private static final Map<String, Template> TEMPLATES = new HashMap<>();
    private static final List<Template> MORE = new ArrayList<>();

    @BeforeAll
    static void read() throws IOException {
        String folder = System.getProperty("attune.goldens.templates");
        Assumptions.assumeTrue(
                folder != null, "-Dattune.goldens.templates names no folder with scenarios.json.gz, so nothing is run");
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                .build();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(folder, "scenarios.json.gz")))) {
            scenarios = mapper.readValue(in, Scenarios.class);
        }
        scenarios.templates().forEach((model, source) -> TEMPLATES.put(model, Template.compile(source)));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), "*.jinja")) {
            for (Path file : files) {
                MORE.add(Template.compile(Files.readString(file)));
            }
        }
    }

    @Test
    void everyScenarioRendersAsInJinjaOrFailsInBoth() {
        List<String> different = new ArrayList<>();
        int equal = 0;
        int failed = 0;
        for (Case scenario : scenarios.cases()) {
            String rendered;
            try {
                rendered = TEMPLATES.get(scenario.model()).render(scenario.context(), NOW);
            } catch (TemplateException e) {
                rendered = null;
            }
            boolean fails = scenario.error() != null;
            if (fails == (rendered == null) && (fails || rendered.equals(scenario.expected()))) {
                equal += fails ? 0 : 1;
                failed += fails ? 1 : 0;
            } else {
                different.add(scenario.model() + ": " + scenario.scenario());
            }
        }
        assertThat(different).isEmpty();
        assertThat(equal).isEqualTo(820);
        assertThat(failed).isEqualTo(140);
    }

    @Test
    void everyBeginningOfEveryScenarioIsWhatAPlainRenderingGives() {
        int beginnings = 0;
        for (Case scenario : scenarios.cases()) {
            if (scenario.context().get("messages") instanceof List<?> messages) {
                beginnings += ConversationTest.check(
                        TEMPLATES.get(scenario.model()),
                        scenario.context(),
                        messages,
                        NOW,
                        scenario.scenario().hashCode());
            }
        }
        assertThat(beginnings).isGreaterThan(3000);
    }

    @Test
    void everyBeginningWithAnyOtherTemplateIsWhatAPlainRenderingGives() {
        Assumptions.assumeFalse(MORE.isEmpty(), "no *.jinja beside scenarios.json.gz");
        for (int i = 0; i < scenarios.cases().size(); i += 10) {
            Case scenario = scenarios.cases().get(i);
            if (scenario.context().get("messages") instanceof List<?> messages) {
                for (Template template : MORE) {
                    ConversationTest.check(template, scenario.context(), messages, NOW, i);
                }
            }
        }
    }
}
