package io.attune.trainer;

import io.attune.format.ModelConfig;
import io.attune.model.Decoder;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mode {@code sample}: answers the prompts of the specification. In interactive mode, then answers the prompts on
 * standard input.
 */
final class Sampling {

    private final Torch torch;
    private final TrainerSpec.Sample spec;
    private final Heartbeat heartbeat;
    private final MessageChannel out;

    Sampling(Torch torch, TrainerSpec.Sample spec, Heartbeat heartbeat, MessageChannel out) {
        this.torch = torch;
        this.spec = spec;
        this.heartbeat = heartbeat;
        this.out = out;
    }

    TrainerMessage.SamplesDone run() throws IOException {
        ModelConfig config = ModelConfig.read(spec.model());
        LoraAdapter adapter =
                spec.adapter() == null ? null : LoraAdapter.load(torch, config.architecture(), spec.adapter());
        try (ModelText text = ModelText.open(spec.model(), config, spec.chat());
                Decoder decoder = new Decoder(
                        torch,
                        config.architecture(),
                        Parameters.load(torch, config.architecture(), spec.model(), false),
                        adapter)) {
            out.send(new TrainerMessage.Started(spec.device(), spec.threads(), 0, 0, 0, 0));
            Sampler sampler = new Sampler(decoder, text, spec.maxNewTokens(), heartbeat);
            long tokens = 0;
            long start = System.nanoTime();
            for (int i = 0; i < spec.prompts().size(); i++) {
                TrainerMessage.Sample sample =
                        sampler.sample("sample", i, text.prompt(spec.prompts().get(i)));
                tokens += sample.tokens();
                out.send(sample);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (spec.interactive()) {
                converse(sampler, text);
            }
            return new TrainerMessage.SamplesDone(tokens / seconds);
        }
    }

    private void converse(Sampler sampler, ModelText text) throws IOException {
        JsonMapper mapper = JsonMapper.shared();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<ChatTurn> prompt = mapper.readValue(line, new TypeReference<List<ChatTurn>>() {});
            sampler.stream(text.prompt(prompt), piece -> out.send(new TrainerMessage.Text(piece, false)));
            out.send(new TrainerMessage.Text("", true));
        }
    }
}
