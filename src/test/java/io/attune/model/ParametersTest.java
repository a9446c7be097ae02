package io.attune.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.architecture.Architecture;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParametersTest {

    private static final Path MODEL = Path.of("src/test/resources/goldens/data/llama");

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void weightsComeBackFromAFileAsTheyWereRoundedForIt(Dtype dtype, @TempDir Path folder) throws IOException {
        try (Torch torch = Torch.start("cpu", 1)) {
            Architecture config = ModelConfig.read(MODEL).architecture();
            Parameters written = Parameters.random(torch, config, 1);
            written.round(torch, dtype);
            written.write(torch, folder, dtype);
            try (Safetensors file = Safetensors.open(folder)) {
                assertThat(file.names()).allMatch(name -> file.tensor(name).dtype() == dtype);
            }
            Parameters read = Parameters.load(torch, config, folder, true);
            assertThat(read.tensors().keySet()).isEqualTo(written.tensors().keySet());
            for (String name : written.tensors().keySet()) {
                float[] values = written.tensors().get(name).toFloatArray();
                assertThat(read.tensors().get(name).toFloatArray()).as(name).isEqualTo(values);
            }
        }
    }
}
