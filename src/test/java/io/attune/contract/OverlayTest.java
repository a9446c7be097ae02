package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OverlayTest {

    /** Objects of names, to which a name can be added without a narrowing of what was there. */
    private static final Set<String> NAMES =
            Set.of("properties", "schemas", "responses", "content", "paths", "webhooks", "components");
    /** Lists of alternatives: one more widens. */
    private static final Set<String> CHOICES = Set.of("enum", "anyOf", "oneOf", "type");

    @Test
    void theOverlayOnlyWidensAndAdds() {
        Map<String, Object> reference = ContractFiles.reference();
        Map<String, Object> contract = ContractFiles.reference();
        ContractFiles.overlay().apply(contract);
        List<String> narrowings = new ArrayList<>();
        compare(reference, contract, "#", "", narrowings);
        assertThat(narrowings).isEmpty();
    }

    @Test
    void everyActionSaysWhy() {
        assertThat(ContractFiles.overlay().actions())
                .allSatisfy(action -> assertThat(action.description())
                        .as(action.target())
                        .isNotBlank()
                        .endsWith("."));
    }

    @Test
    void whatNarrowsIsFound() {
        String field = "$.components.schemas.OpenAIFile";
        assertThat(narrowings(new Overlay.Action(field + ".properties.status", "", null)))
                .containsExactly("#/components/schemas/OpenAIFile/properties/status is gone");
        assertThat(narrowings(new Overlay.Action(field, "", Map.of("required", List.of("rows")))))
                .hasSize(1);
        assertThat(narrowings(new Overlay.Action(field + ".properties.filename", "", Map.of("maxLength", 7))))
                .hasSize(1);
        assertThat(narrowings(new Overlay.Action(field + ".properties.bytes", "", Map.of("type", "string"))))
                .hasSize(1);
        assertThat(narrowings(new Overlay.Action(
                        "$.paths['/files'].get.parameters",
                        "",
                        Map.of("name", "team", "in", "query", "required", true, "schema", Map.of()))))
                .hasSize(1);
        assertThat(narrowings(new Overlay.Action(
                        "$.components.schemas.FineTuningJob.properties.status", "", Map.of("enum", List.of("late")))))
                .isEmpty();
    }

    @Test
    void anActionWithoutATargetIsAnError() {
        Overlay overlay = new Overlay(List.of(new Overlay.Action("$.paths['/nothing']", "", Map.of())));
        assertThatThrownBy(() -> overlay.apply(ContractFiles.reference())).hasMessageContaining("/nothing");
    }

    private static List<String> narrowings(Overlay.Action action) {
        Map<String, Object> contract = ContractFiles.reference();
        new Overlay(List.of(action)).apply(contract);
        List<String> narrowings = new ArrayList<>();
        compare(ContractFiles.reference(), contract, "#", "", narrowings);
        return narrowings;
    }

    /** @param key under which the nodes are */
    private static void compare(Object old, Object now, String place, String key, List<String> narrowings) {
        if (old instanceof Map<?, ?> before && now instanceof Map<?, ?> after) {
            before.forEach((name, value) -> {
                if (after.containsKey(name)) {
                    compare(value, after.get(name), place + "/" + name, (String) name, narrowings);
                } else {
                    narrowings.add(place + "/" + name + " is gone");
                }
            });
            Set<Object> added = new TreeSet<>(after.keySet());
            added.removeAll(before.keySet());
            // a path is an object of operations
            if (!added.isEmpty() && !NAMES.contains(key) && !key.startsWith("/")) {
                narrowings.add(place + " is bound by " + added);
            }
        } else if (old instanceof List<?> before && now instanceof List<?> after && after.size() >= before.size()) {
            for (int i = 0; i < before.size(); i++) {
                compare(before.get(i), after.get(i), place + "/" + i, "", narrowings);
            }
            List<?> added = after.subList(before.size(), after.size());
            boolean optional = key.equals("parameters")
                    && added.stream()
                            .noneMatch(parameter -> Boolean.TRUE.equals(((Map<?, ?>) parameter).get("required")));
            if (!added.isEmpty() && !CHOICES.contains(key) && !optional) {
                narrowings.add(place + " has further " + added);
            }
        } else if (!(key.equals("type") && now instanceof List<?> types && types.contains(old))
                && !Objects.equals(old, now)) {
            narrowings.add(place + " is " + now + " instead of " + old);
        }
    }
}
