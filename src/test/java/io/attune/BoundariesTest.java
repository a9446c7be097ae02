package io.attune;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the packages to the table in docs/architecture.md, which is read here: a package may use itself, the packages of its third column,
 * and nothing else of Attune. A package without a row of its own belongs to the row of the package around it.
 */
class BoundariesTest {

    private static final String ROOT = "io.attune";
    private static final Path SOURCES = Path.of("src/main/java");
    private static final List<String> NATIVE_CODE = List.of("model", "text", "trainer");
    private static final String[] CONTROL_PLANE = {
        ROOT + ".job..", ROOT + ".pool..", ROOT + ".notify..", ROOT + ".worker.."
    };
    private static final int MOST_CLASSES = 25;
    private static final int MOST_COLLABORATORS = 7;

    private static final JavaClasses ATTUNE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private final Map<String, Set<String>> table = table();

    @TestFactory
    Stream<DynamicTest> aPackageUsesOnlyWhatTheArchitectureLetsItUse() {
        assertThat(table).as("rows of the table").hasSizeGreaterThan(10);
        return table.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> classes()
                                .that(ownedBy(Set.of(name)))
                                .should()
                                .onlyDependOnClassesThat(outsideOfAttune().or(ownedBy(allowed(name))))
                                .allowEmptyShould(true)
                                .check(ATTUNE)));
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> unknown = ATTUNE.stream()
                .map(this::owner)
                .filter(owner -> !owner.equals("(root)") && !table.containsKey(owner))
                .collect(Collectors.toSet());

        assertThat(unknown)
                .as("packages that docs/architecture.md does not name")
                .isEmpty();
    }

    @Test
    void noPackageUsesItselfThroughOthers() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(ATTUNE);
    }

    @Test
    void nativeMachineLearningCodeIsCalledFromTheTrainersPackagesAlone() {
        noClasses()
                .that(ownedBy(new LinkedHashSet<>(NATIVE_CODE)).negate())
                .should()
                .dependOnClassesThat(resideInAnyPackage("ai.djl.."))
                .check(ATTUNE);
    }

    @Test
    void whatRunsInATrainerProcessKnowsNeitherSpringNorADatabase() {
        noClasses()
                .that(ownedBy(
                        Set.of("trainer", "trainer.message", "model", "text", "format", "setting", "dataset", "json")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "org.springframework..",
                        "jakarta.persistence..",
                        "jakarta.servlet..",
                        "org.hibernate..",
                        "org.postgresql..",
                        "org.flywaydb..",
                        "java.sql..",
                        "javax.sql.."))
                .check(ATTUNE);
    }

    @Test
    void formatsOfFilesAndRowsNeedNothingButJavaAndJson() {
        classes()
                .that(ownedBy(Set.of("format", "setting", "dataset", "json", "trainer.message")))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..", "tools.jackson..", "com.fasterxml.jackson.annotation..", ROOT + ".."))
                .check(ATTUNE);
    }

    /** A later worker, such as one in a pod, reaches the queue and the blobs over HTTP: behind the same interfaces. */
    @Test
    void aWorkerKnowsNoClassThatTalksToTheDatabase() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".worker..")
                .should()
                .dependOnClassesThat(talkToTheDatabase())
                .check(ATTUNE);
    }

    @Test
    void aPackageOfTheControlPlaneHasAtMost25Classes() {
        Map<String, Long> sizes =
                controlPlane().collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(sizes)
                .hasSizeGreaterThan(8)
                .allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(MOST_CLASSES));
    }

    /** The components of a record are data. */
    @Test
    void aClassOfTheControlPlaneHasAtMost7Collaborators() {
        assertThat(controlPlane().filter(type -> !type.isRecord()).flatMap(type -> type.getConstructors().stream()))
                .allSatisfy(constructor -> assertThat(constructor.getRawParameterTypes())
                        .as(constructor.getFullName())
                        .hasSizeLessThanOrEqualTo(MOST_COLLABORATORS));
    }

    private static Stream<JavaClass> controlPlane() {
        return ATTUNE.stream()
                .filter(resideInAnyPackage(CONTROL_PLANE))
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"));
    }

    private static DescribedPredicate<JavaClass> talkToTheDatabase() {
        Set<String> clients = Set.of(
                "org.springframework.jdbc.core.simple.JdbcClient",
                "org.springframework.jdbc.core.JdbcTemplate",
                "jakarta.persistence.EntityManager",
                "javax.sql.DataSource");
        return describe(
                "talk to the database",
                type -> type.isAssignableTo("org.springframework.data.repository.Repository")
                        || type.isAnnotatedWith("jakarta.persistence.Entity")
                        || type.getFields().stream()
                                .anyMatch(field ->
                                        clients.contains(field.getRawType().getName()))
                        || clients.contains(type.getName()));
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES.resolve("io"))) {
            Set<Path> folders = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .collect(Collectors.toSet());
            assertThat(folders)
                    .isNotEmpty()
                    .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                            .content()
                            .containsPattern("(?s)^/\\*\\*.{40,}\\*/"));
        }
    }

    /** Package name to the packages that it may use. */
    private static Map<String, Set<String>> table() {
        var table = new LinkedHashMap<String, Set<String>>();
        for (List<String> row : ArchitectureDocument.rows("Packages")) {
            Set<String> uses = new LinkedHashSet<>(ArchitectureDocument.names(row.get(2)));
            ArchitectureDocument.names(row.get(0)).forEach(name -> table.put(name, uses));
        }
        table.forEach(
                (name, uses) -> assertThat(table.keySet()).as("used by " + name).containsAll(uses));
        return table;
    }

    private Set<String> allowed(String name) {
        var allowed = new LinkedHashSet<>(table.get(name));
        allowed.add(name);
        return allowed;
    }

    /** The row that a class belongs to: the longest name in the table that its package begins with, else the package itself. */
    private String owner(JavaClass type) {
        String inside =
                type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
        return inside.isEmpty()
                ? "(root)"
                : table.keySet().stream()
                        .filter(name -> (inside + ".").startsWith(name + "."))
                        .max(Comparator.comparingInt(String::length))
                        .orElse(inside);
    }

    private DescribedPredicate<JavaClass> ownedBy(Set<String> names) {
        return describe(
                "belong to " + names, type -> type.getPackageName().startsWith(ROOT) && names.contains(owner(type)));
    }

    private static DescribedPredicate<JavaClass> outsideOfAttune() {
        return describe("are no part of Attune", type -> !type.getPackageName().startsWith(ROOT));
    }
}
