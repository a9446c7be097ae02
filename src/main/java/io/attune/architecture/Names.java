package io.attune.architecture;

import java.util.EnumMap;
import java.util.Map;

/**
 * The names of a family's weights in checkpoints, without {@code .weight} and {@code .bias}. They are also the names
 * of modules in transformers and PEFT.
 *
 * @param stem in front of all names except the head's: {@code model.}
 * @param layers between stem and layer number: {@code layers.}
 * @param table the names behind stem and layer number; an expert's name has {@code %d} for the number of the expert
 */
public record Names(String stem, String layers, Map<Role, String> table) {

    /** The names of Llama, which most later families use too. */
    public static final Names LLAMA = new Names("model.", "layers.", Map.of())
            .with(Role.EMBEDDING, "embed_tokens")
            .with(Role.FINAL_NORM, "norm")
            .with(Role.HEAD, "lm_head")
            .with(Role.ATTENTION_NORM, "input_layernorm")
            .with(Role.Q, "self_attn.q_proj")
            .with(Role.K, "self_attn.k_proj")
            .with(Role.V, "self_attn.v_proj")
            .with(Role.O, "self_attn.o_proj")
            .with(Role.Q_NORM, "self_attn.q_norm")
            .with(Role.K_NORM, "self_attn.k_norm")
            .with(Role.MLP_NORM, "post_attention_layernorm")
            .with(Role.GATE, "mlp.gate_proj")
            .with(Role.UP, "mlp.up_proj")
            .with(Role.DOWN, "mlp.down_proj");

    public Names {
        table = table.isEmpty() ? Map.of() : Map.copyOf(table);
    }

    public Names with(Role role, String name) {
        Map<Role, String> changed = new EnumMap<>(Role.class);
        changed.putAll(table);
        changed.put(role, name);
        return new Names(stem, layers, changed);
    }

    public Names under(String newStem, String newLayers) {
        return new Names(newStem, newLayers, table);
    }

    /** @param layer only read for a role inside of a layer */
    String path(Role role, int layer, int expert) {
        String name = table.get(role);
        if (name == null) {
            throw new IllegalStateException("the family has no name for " + role);
        }
        if (expert >= 0) {
            name = name.replace("%d", Integer.toString(expert));
        }
        if (role == Role.HEAD) {
            return name;
        }
        return role.ofLayer() ? stem + layers + layer + "." + name : stem + name;
    }
}
