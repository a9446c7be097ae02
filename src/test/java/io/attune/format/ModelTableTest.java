package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.architecture.Experts;
import io.attune.architecture.Families;
import io.attune.architecture.Family;
import io.attune.model.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in docs/models.md agrees with the code for each family. */
class ModelTableTest {

    @Test
    void everyFamilyStandsInTheTableAndNoOther() throws IOException {
        assertThat(rows().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Families.all().stream().map(Family::modelType).toList());
    }

    @Test
    void theTableSaysWhichFamiliesAreReadFromGgufAndWritten() throws IOException {
        rows().forEach((type, cells) -> {
            boolean built = Families.of(type).gguf().isPresent();
            assertThat(!cells[5].equals("no")).as(type + ", GGUF in").isEqualTo(built);
            assertThat(cells[6]).as(type + ", GGUF out").isEqualTo(built ? "yes" : "no");
        });
    }

    @Test
    void theTableSaysWhereLoraLeavesExpertsAlone() throws IOException {
        Map<String, String[]> rows = rows();
        Map<String, Boolean> experts = Goldens.families().stream()
                .map(ModelConfig::read)
                .collect(Collectors.toMap(
                        config -> config.family().modelType(),
                        config -> config.architecture().layers().stream()
                                .anyMatch(layer -> layer.feedForward() instanceof Experts),
                        Boolean::logicalOr));
        experts.forEach((type, some) ->
                assertThat(rows.get(type)[3]).as(type + ", LoRA").isEqualTo(some ? "attention" : "yes"));
    }

    /** The cells by model type. */
    private static Map<String, String[]> rows() throws IOException {
        Map<String, String[]> rows = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/models.md"))) {
            String[] cells =
                    Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toArray(String[]::new);
            if (cells.length == 7 && cells[1].startsWith("`") && !cells[1].equals("`model_type`")) {
                rows.put(cells[1].replace("`", ""), cells);
            }
        }
        return rows;
    }
}
