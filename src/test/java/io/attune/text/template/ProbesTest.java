package io.attune.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares 651 one-line templates with CPython's Jinja2 in the configuration of transformers. A result must be
 * equal, or the template must be refused. A silent difference is a failure.
 */
class ProbesTest {

    /**
     * Number of probes with the same text as in Jinja2, or with a failure in both. The rest contain addresses or
     * random values.
     */
    private static final int EQUAL_AT_LEAST = 648;

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 7, 4, 9, 5, 3);

    record Probe(String category, String template, String expected, String error) {}

    record Probes(Map<String, Object> context, List<Probe> probes) {}

    @Test
    void everyProbeRendersAsInJinjaOrIsRefused() throws Exception {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                .build();
        Probes probes;
        try (InputStream in = ProbesTest.class.getResourceAsStream("/goldens/chat-templates/probes.json")) {
            probes = mapper.readValue(in, Probes.class);
        }
        int equal = 0;
        int raisedBoth = 0;
        List<String> different = new ArrayList<>();
        Map<String, List<String>> refused = new TreeMap<>();
        for (Probe probe : probes.probes()) {
            try {
                String rendered = Template.compile(probe.template()).render(probes.context(), NOW);
                if (rendered.equals(probe.expected())) {
                    equal++;
                } else {
                    different.add(probe.template() + "\n    expected " + probe.expected() + probe.error()
                            + "\n    but got  " + rendered);
                }
            } catch (TemplateException e) {
                if (probe.error() != null) {
                    raisedBoth++;
                } else {
                    refused.computeIfAbsent(probe.category(), c -> new ArrayList<>())
                            .add(probe.template() + "   " + e.getMessage());
                }
            }
        }
        int left = refused.values().stream().mapToInt(List::size).sum();
        System.out.printf(
                "Chat template probes: %d equal, %d fail in both, %d refused here, %d different%n",
                equal, raisedBoth, left, different.size());
        if (Boolean.getBoolean("attune.probes.verbose")) {
            refused.forEach(
                    (category, templates) -> System.out.println(category + ":\n  " + String.join("\n  ", templates)));
        }
        assertThat(probes.probes()).hasSize(651);
        assertThat(different).isEmpty();
        assertThat(equal + raisedBoth).isGreaterThanOrEqualTo(EQUAL_AT_LEAST);
    }
}
