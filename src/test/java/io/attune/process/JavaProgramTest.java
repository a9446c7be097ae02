package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaProgramTest {

    @Test
    void theScriptGivesTheFirstJvmTheOptionsThatEveryJvmHas() throws IOException {
        String script = Files.readString(Path.of("attune"));
        HeapSize heap = HeapSize.ofMebibytes(1024);
        List<String> line = JavaProgram.ofThisOne("Main").line(heap);

        assertThat(line.subList(0, line.indexOf("-cp")))
                .filteredOn(word -> word.startsWith("-") && !word.equals(heap.option()))
                .hasSizeGreaterThan(2)
                .allSatisfy(option -> assertThat(script).contains(option));
    }

    @Test
    void aProgramThatWorksInAnotherFolderFindsItsClasses() {
        assertThat(JavaProgram.ofThisOne("Main").classPath().split(File.pathSeparator))
                .allSatisfy(part -> assertThat(Path.of(part)).isAbsolute());
    }
}
