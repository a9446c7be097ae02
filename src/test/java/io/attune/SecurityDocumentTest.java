package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/security.md claims is held by tests that are there. */
class SecurityDocumentTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern SETTING = Pattern.compile("`ATTUNE_(\\w+)`");

    @Test
    void everyDefenceNamesATestThatIsThere() throws IOException {
        Map<String, Path> classes;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            classes = files.filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""), Function.identity()));
        }
        for (String line : defences()) {
            assertThat(NAMED.matcher(line).results()).as(line).isNotEmpty().allSatisfy(named -> {
                assertThat(classes).containsKey(named.group(1));
                assertThat(Files.readString(classes.get(named.group(1)))).contains("void " + named.group(2) + "(");
            });
        }
    }

    @Test
    void everySettingThatItNamesIsOne() throws IOException {
        String settings = Files.readString(Path.of("src/main/resources/application.yaml"));
        assertThat(SETTING.matcher(String.join("\n", defences())).results())
                .isNotEmpty()
                .allSatisfy(named -> assertThat(settings)
                        .contains("  " + named.group(1).toLowerCase(Locale.ROOT).replace('_', '-') + ":"));
    }

    /** The tables' rows but their heads. */
    private static List<String> defences() throws IOException {
        return Files.readAllLines(Path.of("docs/security.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| attack"))
                .toList();
    }
}
