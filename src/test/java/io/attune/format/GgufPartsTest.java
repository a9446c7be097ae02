package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufPartsTest {

    private static final int TENSORS = 11;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"4, 4, 3", "0, 10, 1"})
    void aSplitModelIsReadAsTheWholeOne(int first, int second, int third) throws IOException {
        Path whole =
                Files.write(folder.resolve("whole.gguf"), GgufFile.tinyLlama().bytes());
        write(GgufFile.tinyLlama().split(first, second, third));
        assertThat(checkpoint(part(1))).isEqualTo(checkpoint(whole));
    }

    @Test
    void aPartWithAnAlignmentOfItsOwnIsRead() throws IOException {
        List<GgufFile> parts = GgufFile.tinyLlama().split(5, TENSORS - 5);
        parts.get(1).integer("general.alignment", 32);
        write(parts);
        assertThat(checkpoint(called(1, 2))).isNotEmpty();
    }

    @Test
    void aMissingPartIsNamed() throws IOException {
        write(GgufFile.tinyLlama().split(4, 4, 3));
        Files.delete(part(2));
        refused(part(1), "m-00002-of-00003.gguf: there is no such file; it is part 2 of the 3 parts of the model");
    }

    @Test
    void aLaterPartIsRefusedWithTheNameOfTheFirst() throws IOException {
        write(GgufFile.tinyLlama().split(4, 4, 3));
        refused(part(2), "is part 2 of 3; give the first one, m-00001-of-00003.gguf");
    }

    @Test
    void aPartWithAnotherNameIsRefusedWithTheNameThatItShouldHave() throws IOException {
        write(GgufFile.tinyLlama().split(4, 4, 3));
        Path renamed = Files.move(part(1), folder.resolve("renamed.gguf"));
        refused(renamed, "is part 1 of 3, and its name does not say so: name it NAME-00001-of-00003.gguf");
        Path miscounted = Files.move(renamed, called(1, 4));
        refused(miscounted, "is part 1 of 3, and its name does not say so");
    }

    @Test
    void partsOfDifferentModelsAreRefused() throws IOException {
        List<GgufFile> parts = GgufFile.tinyLlama().split(4, 4, 3);
        parts.get(2).text("general.architecture", "qwen2");
        write(parts);
        refused(part(1), "m-00003-of-00003.gguf: metadata key general.architecture is not what m-00001-of-00003.gguf");

        parts = GgufFile.tinyLlama().split(4, 4, 3);
        parts.get(1).integer("split.tensors.count", 12);
        write(parts);
        refused(part(1), "m-00002-of-00003.gguf: metadata key split.tensors.count is not what");
    }

    @Test
    void partsInTheWrongPlaceAreRefused() throws IOException {
        List<GgufFile> parts = GgufFile.tinyLlama().split(4, 4, 3);
        write(List.of(parts.get(0), parts.get(2), parts.get(1)));
        refused(part(1), "m-00002-of-00003.gguf: metadata key split.no is not 1");
    }

    @Test
    void tensorsThatAreMissingOrThereTwiceAreRefused() throws IOException {
        List<GgufFile> parts = GgufFile.tinyLlama().split(4, 4, 3);
        parts.get(1).withoutTensor("blk.0.attn_v.weight");
        write(parts);
        refused(part(1), "split.tensors.count is 11; the 3 parts hold 10 tensors");

        parts.get(1).floats("token_embd.weight", new float[] {1}, 8, 259);
        write(parts);
        refused(part(1), "m-00002-of-00003.gguf: tensor token_embd.weight is there twice");
    }

    private void write(List<GgufFile> parts) throws IOException {
        for (int i = 0; i < parts.size(); i++) {
            Files.write(called(i + 1, parts.size()), parts.get(i).bytes());
        }
    }

    private Path part(int number) {
        return called(number, 3);
    }

    private Path called(int number, int count) {
        return folder.resolve("m-%05d-of-%05d.gguf".formatted(number, count));
    }

    private byte[] checkpoint(Path gguf) throws IOException {
        Path out = folder.resolve("model.safetensors");
        try (Gguf opened = Gguf.open(gguf)) {
            GgufModel model = GgufModel.of(opened);
            GgufTokenizer.of(opened.metadata()).write(Files.createDirectories(folder.resolve("tokenizer")));
            SafetensorsWriter.writePlanned(out, Map.of(), model.tensors());
        }
        return Files.readAllBytes(out);
    }

    private void refused(Path file, String problem) {
        assertThatThrownBy(() -> Gguf.open(file).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(problem);
    }
}
