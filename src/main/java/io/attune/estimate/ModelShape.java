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
 * @param kinds its layers in groups of equal layers
 * @param parameters number of all weights; a tied head counts once
 * @param storedBytes bytes of one weight in the base model's files; full weights are written in the same type
 * @param cappedLogits whether logits are soft-capped
 * @param lengthBound in tokens, as in {@code text.Packer}: longer rows have packs of their own; 0 for no bound
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

    /**
     * Reads a stored shape. Older stored shapes are of the family Llama. They have the field {@code layers} instead
     * of {@code kinds}.
     */
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

    /** Returns PEFT's names of the linear modules, without repetition. */
    List<String> targets() {
        return kinds.stream()
                .flatMap(kind -> kind.modules().stream())
                .map(LayerShape.Linear::name)
                .distinct()
                .toList();
    }
}
