package io.attune.format;

import io.attune.architecture.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the names of a model's tensors in the files of a checkpoint. A name can be the name of the family. It can
 * have another stem ({@code wte.weight} for {@code transformer.wte.weight}). In a multimodal model it can have a
 * further prefix ({@code language_model.model.norm.weight}).
 *
 * @param names from the family's name to the name in the files
 * @param missing the family's names of missing tensors
 * @param unknown names in the files that are neither weights of the model nor tensors that an import ignores
 */
record StoredNames(Map<String, String> names, List<String> missing, Set<String> unknown) {

    /** Buffers that older versions of transformers saved with the weights. Their values follow from the config. */
    private static final Pattern DERIVED =
            Pattern.compile("(?:.*\\.)?(?:rotary_emb\\.inv_freq|(?:attn|attention)\\.(?:masked_)?bias)");

    /** The prefixes of the text half in multimodal models. */
    private static final List<String> HALVES = List.of("model.language_model.", "language_model.");

    static StoredNames of(ModelConfig config, Set<String> stored) {
        Map<String, String> names = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String name : config.tensorShapes().keySet()) {
            String found = find(config, name, stored);
            if (found == null) {
                missing.add(name);
            } else {
                names.put(name, found);
            }
        }
        Set<String> unknown = new TreeSet<>(stored);
        unknown.removeAll(new HashSet<>(names.values()));
        if (config.isMxfp4()) {
            unknown.removeIf(Mxfp4Experts::isScales);
        }
        unknown.removeIf(name -> mayBeLeftOut(config, name));
        return new StoredNames(names, missing, unknown);
    }

    String of(String name) {
        return names.get(name);
    }

    private static String find(ModelConfig config, String name, Set<String> stored) {
        if (stored.contains(name)) {
            return name;
        }
        if (stored.contains(Mxfp4Experts.blocks(name))) {
            return Mxfp4Experts.blocks(name);
        }
        Names family = config.architecture().names();
        List<String> candidates = new ArrayList<>();
        if (name.startsWith(family.stem())) {
            String rest = name.substring(family.stem().length());
            config.family().otherStems().forEach(stem -> candidates.add(stem + rest));
            candidates.add("model.language_model." + rest);
        }
        candidates.add("language_model." + name);
        return candidates.stream().filter(stored::contains).findFirst().orElse(null);
    }

    private static boolean mayBeLeftOut(ModelConfig config, String name) {
        boolean outside =
                config.isTextHalf() && HALVES.stream().noneMatch(name::startsWith) && !name.contains("lm_head");
        return outside
                || DERIVED.matcher(name).matches()
                || config.family().leftOut().stream().anyMatch(name::startsWith);
    }
}
