package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Embedding;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.format.ModelConfig;
import java.util.Collections;
import java.util.List;

/**
 * The sizes of a decoder.
 *
 * @param kinds its layers, those that are alike together
 * @param parameters of all weights, a tied head counted once
 * @param storedBytes of one weight in the base model's files; full weights are written in the same type
 * @param cappedLogits whether logits are soft-capped
 * @param lengthBound as {@code text.Packer} has it: longer rows lie apart from the others; 0 for none
 */
public record ModelShape(
        int vocabulary,
        int hidden,
        List<LayerShape> kinds,
        long parameters,
        @JsonProperty("stored_bytes") int storedBytes,
        @JsonProperty("capped_logits") boolean cappedLogits,
        @JsonProperty("length_bound") int lengthBound) {

    public static ModelShape of(ModelConfig config, int storedBytes) {
        return of(config.architecture(), storedBytes);
    }

    static ModelShape of(Architecture architecture, int storedBytes) {
        return new ModelShape(
                architecture.vocabulary(),
                architecture.hidden(),
                LayerShapes.of(architecture),
                architecture.parameters(),
                storedBytes,
                architecture.head().softCap() != 0,
                architecture.lengthBound());
    }

    /** Shapes that were stored before there were other families are Llama's, and say so by {@code layers} in place of {@code kinds}. */
    @JsonCreator
    static ModelShape stored(
            @JsonProperty("vocabulary") int vocabulary,
            @JsonProperty("hidden") int hidden,
            @JsonProperty("kinds") List<LayerShape> kinds,
            @JsonProperty("parameters") long parameters,
            @JsonProperty("stored_bytes") int storedBytes,
            @JsonProperty("capped_logits") boolean cappedLogits,
            @JsonProperty("length_bound") int lengthBound,
            @JsonProperty("intermediate") int intermediate,
            @JsonProperty("layers") int layers,
            @JsonProperty("heads") int heads,
            @JsonProperty("attention_width") int attentionWidth,
            @JsonProperty("kv_width") int kvWidth) {
        List<LayerShape> shapes = kinds == null
                ? LayerShapes.of(llama(vocabulary, hidden, intermediate, layers, heads, attentionWidth, kvWidth))
                : kinds;
        return new ModelShape(vocabulary, hidden, shapes, parameters, storedBytes, cappedLogits, lengthBound);
    }

    private static Architecture llama(
            int vocabulary, int hidden, int intermediate, int layers, int heads, int attentionWidth, int kvWidth) {
        int headSize = attentionWidth / heads;
        Norm norm = Norm.rms(0);
        Layer layer = Layer.of(
                Attention.of(heads, kvWidth / headSize, headSize, null),
                new Mlp(intermediate, Mlp.Form.GATED, Activation.SILU, false),
                norm);
        return new Architecture(
                vocabulary,
                hidden,
                1,
                Embedding.PLAIN,
                Collections.nCopies(layers, layer),
                norm,
                Head.plain(true),
                Names.LLAMA);
    }

    /** What PEFT calls the linear modules, each once. */
    List<String> targets() {
        return kinds.stream()
                .flatMap(kind -> kind.modules().stream())
                .map(LayerShape.Linear::name)
                .distinct()
                .toList();
    }
}
