package io.attune.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Which shards a model's weights lie in: what {@code weight_map} of model.safetensors.index.json says.
 *
 * @param tensorsByShard a shard's name, which is one of a file in the same folder, to the names of its tensors
 */
public record SafetensorsIndex(Map<String, List<String>> tensorsByShard) {

    /** The name of the weights that are not in shards; where both are there, this one is read. */
    public static final String SINGLE = "model.safetensors";

    public static final String FILE = "model.safetensors.index.json";

    /** Longer ones, in bytes, are refused. */
    public static final long MAX_FILE = 32L << 20;

    private static final int MAX_SHARDS = 4096;

    /**
     * Reads and checks the index of a model folder.
     *
     * @throws ModelFormatException naming what is wrong with it
     */
    public static SafetensorsIndex read(Path modelFolder) {
        JsonFile json = JsonFile.read(modelFolder.resolve(FILE), MAX_FILE);
        Map<String, List<String>> namesByShard = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry :
                json.object("weight_map").node().properties()) {
            String shard = entry.getValue().isString() ? entry.getValue().stringValue() : "";
            if (!shard.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors")) {
                throw json.refused(
                        "weight_map",
                        "gives tensor " + entry.getKey() + " to " + entry.getValue()
                                + ", which is no name of a safetensors file in this folder");
            }
            namesByShard.computeIfAbsent(shard, key -> new ArrayList<>()).add(entry.getKey());
        }
        if (namesByShard.size() > MAX_SHARDS) {
            throw json.refused(
                    "weight_map", "names " + namesByShard.size() + " files; at most " + MAX_SHARDS + " are read");
        }
        return new SafetensorsIndex(namesByShard);
    }

    static ModelFormatException refused(Path modelFolder, String problem) {
        return ModelFormatException.in(modelFolder.resolve(FILE), "weight_map " + problem);
    }
}
