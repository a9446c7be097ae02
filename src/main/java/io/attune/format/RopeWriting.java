package io.attune.format;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds the older form of rotary positions to a config.json with the newer form. transformers 4 reads
 * {@code rope_theta} and {@code rope_scaling}. It ignores {@code rope_parameters} without an error and takes its
 * default values instead.
 */
final class RopeWriting {

    private RopeWriting() {}

    static void complete(ObjectNode config) {
        JsonNode parameters = config.path("rope_parameters");
        if (!parameters.isObject()) {
            return;
        }
        JsonNode far = parameters.path("full_attention");
        JsonNode near = parameters.path("sliding_attention");
        if (!far.isObject() || !config.has("layer_types")) {
            add(config, (ObjectNode) parameters);
        } else if (!"proportional".equals(far.path("rope_type").asString())) { // transformers 4 does not know this type
            add(config, (ObjectNode) far);
            config.set("rope_local_base_freq", near.path("rope_theta"));
        }
    }

    private static void add(ObjectNode config, ObjectNode rope) {
        copy(rope, "rope_theta", config);
        copy(rope, "partial_rotary_factor", config);
        if (config.path("model_type").asString().equals("gpt_neox")) {
            config.set("rotary_pct", rope.path("partial_rotary_factor"));
            config.set("rotary_emb_base", rope.path("rope_theta"));
        }
        if (rope.path("rope_type").asString("default").equals("default")) {
            config.putNull("rope_scaling");
            return;
        }
        ObjectNode scaling = rope.deepCopy();
        scaling.remove("partial_rotary_factor");
        scaling.remove("rope_theta");
        config.set("rope_scaling", scaling);
    }

    private static void copy(ObjectNode from, String field, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        }
    }
}
