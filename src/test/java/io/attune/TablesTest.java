package io.attune;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.data.repository.Repository;

/**
 * Holds the SQL statements in the sources to the section "Tables" of docs/architecture.md: which packages write a table,
 * and which packages read it.
 */
class TablesTest {

    private static final Path SOURCES = Path.of("src/main/java/io/attune");
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    private static final Pattern CREATED = Pattern.compile("(?m)^create table (\\w+)");

    /** A comment, a character, a text block or a string of Java. The last two are groups. */
    private static final Pattern LITERAL = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|'(?:\\\\.|[^'\\\\])'|\"\"\"(.*?)\"\"\"|\"((?:\\\\.|[^\"\\\\\\n])*)\"",
            Pattern.DOTALL);

    private static final Pattern WRITTEN =
            Pattern.compile("\\b(?:insert into|update|delete from|truncate|lock table)\\s+(\\w+)");
    private static final Pattern READ = Pattern.compile("(?<!delete )\\b(?:from|join)\\s+(\\w+)");
    private static final Pattern ENTITY = Pattern.compile("@Table\\(name = \"(\\w+)\"");

    private static final Set<String> WRITING = Set.of("flush", "persist", "merge", "remove", "lock");

    /** The packages of a row of the document's table. A writer is no reader. */
    private record Access(Set<String> writers, Set<String> readers) {}

    private final Map<String, Access> tables = tables();

    /** Packages by the tables that they name. */
    private final Map<String, Set<String>> writers = new TreeMap<>();

    private final Map<String, Set<String>> readers = new TreeMap<>();

    TablesTest() {
        files(SOURCES).filter(file -> file.toString().endsWith(".java")).forEach(file -> {
            String source = read(file);
            String owner = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
            String statements = LITERAL.matcher(source)
                    .results()
                    .map(TablesTest::text)
                    .filter(text -> text != null)
                    .collect(Collectors.joining("\n"));
            note(WRITTEN.matcher(statements), owner, writers);
            note(READ.matcher(statements), owner, readers);
            note(ENTITY.matcher(source), owner, readers);
        });
    }

    private static String text(MatchResult literal) {
        return literal.group(1) == null ? literal.group(2) : literal.group(1);
    }

    private void note(Matcher names, String owner, Map<String, Set<String>> packages) {
        names.results()
                .map(name -> name.group(1))
                .filter(tables::containsKey)
                .forEach(table ->
                        packages.computeIfAbsent(table, t -> new TreeSet<>()).add(owner));
    }

    @Test
    void everyTableOfTheMigrationsStandsInTheDocument() {
        Set<String> created = files(MIGRATIONS)
                .flatMap(file -> CREATED.matcher(read(file)).results())
                .map(table -> table.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(tables.keySet())).isEqualTo(created);
    }

    @Test
    void onlyThePackagesOfTheDocumentWriteATable() {
        tables.forEach((table, access) -> assertThat(writers.getOrDefault(table, Set.of()))
                .as("packages that write " + table)
                .isEqualTo(access.writers()));
    }

    @Test
    void onlyThePackagesOfTheDocumentReadATable() {
        tables.forEach((table, access) -> {
            Set<String> others = new TreeSet<>(readers.getOrDefault(table, Set.of()));
            others.removeAll(access.writers());
            assertThat(others).as("packages that read " + table).isEqualTo(access.readers());
        });
    }

    @Test
    void entitiesAreReadOnlySoThatNoStatementDependsOnAFlush() {
        noClasses()
                .should()
                .callMethodWhere(target(describe(
                        "writes through JPA",
                        (CodeUnitCallTarget target) -> target.getOwner().isAssignableTo(EntityManager.class)
                                        && WRITING.contains(target.getName())
                                || target.getOwner().isAssignableTo(Repository.class)
                                        && target.getName().startsWith("save"))))
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.attune"));
    }

    private static Map<String, Access> tables() {
        var tables = new LinkedHashMap<String, Access>();
        for (List<String> row : ArchitectureDocument.rows("Tables")) {
            Access access = new Access(
                    new TreeSet<>(ArchitectureDocument.names(row.get(1))),
                    new TreeSet<>(ArchitectureDocument.names(row.get(2))));
            ArchitectureDocument.names(row.get(0)).forEach(table -> tables.put(table, access));
        }
        return tables;
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
