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
    void the_script_gives_the_first_jvm_the_options_that_every_jvm_has() throws IOException {
        String script = Files.readString(Path.of("attune"));
        HeapSize heap = HeapSize.ofMebibytes(1024);
        List<String> line = JavaProgram.ofThisOne("Main").line(heap);

        assertThat(line.subList(0, line.indexOf("-cp")))
                .filteredOn(word -> word.startsWith("-") && !word.equals(heap.option()))
                .hasSizeGreaterThan(2)
                .allSatisfy(option -> assertThat(script).contains(option));
    }

    @Test
    void a_program_that_works_in_another_folder_finds_its_classes() {
        assertThat(JavaProgram.ofThisOne("Main").classPath().split(File.pathSeparator))
                .allSatisfy(part -> assertThat(Path.of(part)).isAbsolute());
    }
}
