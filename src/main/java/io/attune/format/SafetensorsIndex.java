package io.attune.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The shards of a model's weights: the {@code weight_map} of model.safetensors.index.json.
 *
 * @param tensorsByShard the names of the tensors by the name of their shard, a file in the same folder
 */
public record SafetensorsIndex(Map<String, List<String>> tensorsByShard) {

    /** The name of the file with weights that are not in shards. If a folder has both, this file is read. */
    public static final String SINGLE = "model.safetensors";

    public static final String FILE = "model.safetensors.index.json";

    /** The limit for the index, in bytes. */
    public static final long MAX_FILE = 32L << 20;

    private static final int MAX_SHARDS = 4096;

    /**
     * Reads and checks the index of a model folder.
     *
     * @throws ModelFormatException if the index is wrong; the message says how
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
